/** Opens recordings in Node: files that ffmpeg decodes. */
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { oneLine, shortened } from '../../../base/text/clean.js'
import { explainFileError } from '../../../disk/failure.js'
import type { Source } from '../../source.js'
import type { Bytes } from '../containers/bytes.js'
import { type Container, inspectContainer } from '../containers/container.js'
import { Health } from '../health.js'
import { kindOfOther } from '../kinds.js'
import { defaultPatience, type FileOptions } from '../options.js'
import { checkStreams, isSoundAlone, type Streams } from '../streams.js'
import { type Facts, readFacts } from './facts.js'
import { readFrames } from './frames.js'
import { isImage, openImages } from './images/open.js'
import { findProgram } from './program.js'
import type { Recording } from './recording.js'
import { readSound } from './sound.js'

/** Containers that are expected to have a picture. */
const forVideo = /\b(mov|mp4|matroska|avi|asf|flv|mpegts|mpeg|mxf|dv)\b/

/**
 * Opens a recording: sound or video in any format that ffmpeg reads, an image (JPEG, PNG), or a folder
 * of numbered images.
 *
 * @param path of a file or folder; never a URL
 * @throws LimbicError if it cannot be read, is empty or not a recording, if there is no ffmpeg, or
 * with `strict` if it is damaged, cut short, or lacks sound or picture where its format has both
 */
export async function openMedia(path: string, options: FileOptions = {}): Promise<Source> {
  const { strict = false, streams = 'both', patience = defaultPatience } = options
  const head = await look(path)
  if (head === 'folder' || isImage(head.bytes)) return openImages(path, options)
  const name = basename(path)
  const health = new Health(name, strict)
  const program = await findProgram()
  const facts = await readFacts(program, path, { name: path, patience })
  if (!facts.sound && !facts.picture) throw noRecording(path, head.bytes, facts)
  checkStreams(path, { ...streamsOf(path, facts), read: streams }, head.container, health)
  const duration = head.container.duration ?? facts.duration
  return sourceOf(name, {
    ...{ path, name: path, program, health, patience, running: new Set() },
    facts: { ...facts, duration },
  })
}

function sourceOf(name: string, recording: Recording): Source {
  const { sound, picture, duration } = recording.facts
  const turned = picture && picture.rotation % 180 === 90
  return {
    name,
    duration,
    sound: sound && { rate: sound.rate, channels: sound.channels },
    picture: picture && {
      width: turned ? picture.height : picture.width,
      height: turned ? picture.width : picture.height,
      rotation: picture.rotation,
      frameRate: picture.frameRate,
    },
    readSound: (range) => readSound(recording, range),
    readFrames: (request) => readFrames(recording, request),
    remarks: recording.health.remarks,
    async close() {
      await Promise.all([...recording.running].map((decoder) => decoder.stop()))
    },
  }
}

/** The streams of a file, and those expected by its container and name. */
function streamsOf(
  path: string,
  { sound, picture, unusable, format }: Facts,
): Omit<Streams, 'read'> {
  return {
    ...{ sound, picture, unusable },
    mayHaveSound: format !== 'gif',
    mayHavePicture: forVideo.test(format) && !isSoundAlone(path),
  }
}

function noRecording(path: string, head: Uint8Array, facts: Facts): LimbicError {
  const expected =
    'a recording (such as wav, flac, mp3, m4a, ogg, mp4, mov, mkv, webm, avi) or image'
  const kind = kindOfOther(head)
  if (kind !== undefined) {
    return new LimbicError('is not a recording', { where: path, expected, got: kind })
  }
  if (facts.complaints.includes('moov atom not found')) {
    const hint = 'Copy the file again, or repair it with a tool that restores the index (moov)'
    return new LimbicError('is cut short: its index is missing', { where: path, hint })
  }
  const said = facts.complaints.find((text) => !text.includes(path)) ?? facts.complaints[0]
  const got = said ? `what ffmpeg refuses ("${shortened(oneLine(said), 160)}")` : 'nothing usable'
  return new LimbicError('cannot be decoded', { where: path, expected, got })
}

interface Head {
  readonly bytes: Uint8Array
  readonly container: Container
}

/** Checks a file before ffmpeg opens it. @throws LimbicError if it cannot be read, or is empty */
async function look(path: string): Promise<Head | 'folder'> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const status = await file.stat()
    if (status.isDirectory()) return 'folder'
    if (!status.isFile())
      throw new LimbicError('is not a file', { where: path, hint: 'Name a file' })
    if (status.size === 0) throw new LimbicError('is empty (0 bytes)', { where: path })
    const bytes = bytesOf(file, status.size)
    return { bytes: await bytes.read(0, 4096), container: await inspectContainer(bytes) }
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    await file?.close()
  }
}

function bytesOf(file: FileHandle, size: number): Bytes {
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset)
      return bytes.subarray(0, bytesRead)
    },
  }
}
