/** What there is to play of a sample, and its files. */
import { basename, extname } from 'node:path'
import { oneLine, shortened } from '../../../base/text/clean.js'
import type { ListedSample, SampleList } from '../../../data/corpora/listing.js'
import { kindOf } from '../../../data/corpora/raw/index.js'
import type { Medium } from '../../protocol.js'
import { isWithin, NotFound, realOf } from '../http/places.js'

/** The types of the files of recordings, by which browsers know how to play them. */
const types: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.aac': 'audio/aac',
  '.wma': 'audio/x-ms-wma',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.webm': 'video/webm',
  '.avi': 'video/x-msvideo',
  '.flv': 'video/x-flv',
  '.wmv': 'video/x-ms-wmv',
  '.mpg': 'video/mpeg',
  '.mpeg': 'video/mpeg',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.bmp': 'image/bmp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
}

/** What there is to play of a sample; undefined if there is nothing. */
export function mediumOf({ media }: ListedSample): Medium | undefined {
  if (!media) return undefined
  const { video, sound, frames = [], channel, half } = media
  if (!video && !sound && frames.length === 0) return undefined
  const partOf = ({ start, end }: { start?: number | undefined; end?: number | undefined }) => ({
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  })
  return {
    ...(video && { video: partOf(video) }),
    ...(sound && { sound: partOf(sound) }),
    ...(!video && frames.length > 0 && { pictures: frames.length }),
    ...(channel && { channel }),
    ...(half && { half }),
  }
}

/** A file of a recording, with its links resolved. */
export interface MediumFile {
  readonly path: string
  readonly type: string
}

/**
 * The file of a part of a sample. It is one that the corpus lists, of a kind that recordings have,
 * and lies in the folder of the recordings, whatever its name and its links say.
 *
 * @param index of the sample in its list
 * @param part `video`, `sound` or `picture-N`
 * @throws NotFound otherwise, or if it is gone
 */
export function mediumFile(list: SampleList, index: string, part: string): MediumFile {
  const { recordings, samples } = list
  const sample = /^\d{1,9}$/.test(index) ? samples[Number(index)] : undefined
  const path = sample && pathOf(sample, part)
  if (path === undefined || recordings === undefined) throw new NotFound()
  const name = shortened(oneLine(basename(path)), 200)
  const type = types[extname(path).toLowerCase()]
  if (kindOf(path) === undefined || type === undefined) {
    throw new NotFound(`${name} is not a file of sound, video or pictures`)
  }
  const [folder, real] = [realOf(recordings), realOf(path)]
  if (folder === undefined || real === undefined) throw new NotFound(`${name} is no longer there`)
  if (!isWithin(folder, real)) {
    throw new NotFound(`${name} lies outside of the folder of the recordings`)
  }
  return { path: real, type }
}

function pathOf({ media = {} }: ListedSample, part: string): string | undefined {
  if (part === 'video') return media.video?.path
  if (part === 'sound') return media.sound?.path
  const [, at] = /^picture-(\d{1,6})$/.exec(part) ?? []
  return at === undefined ? undefined : media.frames?.[Number(at)]
}
