/** Options that let ffmpeg open only a recording, and only this file. */
import { resolve } from 'node:path'
import { mostPixels } from '../request.js'

/** The containers allowed: no playlists, file lists or scripts, which refer to other files. */
const containers = [
  ...['mov', 'mp4', 'm4a', '3gp', 'matroska', 'webm', 'avi', 'asf', 'flv', 'mpegts', 'mpeg'],
  ...['wav', 'w64', 'rf64', 'flac', 'mp3', 'ogg', 'aac', 'aiff', 'caf', 'amr', 'au', 'mpegvideo'],
  ...['dv', 'mxf', 'nut', 'gif', 'ac3', 'wv', 'm4v', 'rm', 'ivf'],
]

/** The largest single allocation that a damaged file can cause in ffmpeg, in bytes. */
const mostMemory = 2 ** 29

/** @param from seconds to start from: at the last key frame before, or with `exact` at the sample */
export function inputOf(path: string, from = 0, exact = false): string[] {
  const seek = [...(exact ? [] : ['-noaccurate_seek']), '-ss', from.toFixed(6)]
  return [
    ...['-max_alloc', `${mostMemory}`],
    ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers.join(',')],
    ...['-max_pixels', `${mostPixels}`, '-noautorotate'],
    ...(from > 0 ? seek : []),
    // With the protocol in front, a path may start with a dash and contain colons.
    ...['-i', `file:${resolve(path)}`],
  ]
}
