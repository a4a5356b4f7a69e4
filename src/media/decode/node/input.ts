/** Options by which ffmpeg opens a file: nothing but a recording, and nothing but this file. */
import { resolve } from 'node:path'
import { mostPixels } from '../request.js'

/** Containers that are recordings: no playlists, lists of files or scripts, which name other files. */
const containers = [
  ...['mov', 'mp4', 'm4a', '3gp', 'matroska', 'webm', 'avi', 'asf', 'flv', 'mpegts', 'mpeg'],
  ...['wav', 'w64', 'rf64', 'flac', 'mp3', 'ogg', 'aac', 'aiff', 'caf', 'amr', 'au', 'mpegvideo'],
  ...['dv', 'mxf', 'nut', 'gif', 'ac3', 'wv', 'm4v', 'rm', 'ivf'],
]

/** No single piece of memory that a damaged file makes ffmpeg ask for is larger, in bytes. */
const mostMemory = 2 ** 29

/** @param from seconds to begin from, at the last key frame before, or to the sample with `exact` */
export function inputOf(path: string, from = 0, exact = false): string[] {
  const seek = [...(exact ? [] : ['-noaccurate_seek']), '-ss', from.toFixed(6)]
  return [
    ...['-max_alloc', `${mostMemory}`],
    ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers.join(',')],
    ...['-max_pixels', `${mostPixels}`, '-noautorotate'],
    ...(from > 0 ? seek : []),
    // With its protocol before it, a path may begin with a dash and hold colons.
    ...['-i', `file:${resolve(path)}`],
  ]
}
