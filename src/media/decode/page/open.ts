/** Opens recordings in a page: files that mediabunny reads and the browser's WebCodecs decode. */
import type { Input, InputAudioTrack, InputVideoTrack } from 'mediabunny'
import { firstLine, LimbicError } from '../../../base/errors.js'
import type { Source } from '../../source.js'
import { inspectContainer } from '../containers/container.js'
import { patchMatroska } from '../containers/matroska.js'
import { readMp3Tag } from '../containers/mp3.js'
import { Health } from '../health.js'
import { imageKind } from '../image-files.js'
import { kindOfOther } from '../kinds.js'
import { defaultPatience, type FileOptions } from '../options.js'
import type { Matrix } from '../pixels/planes.js'
import { checkStreams, isSoundAlone } from '../streams.js'
import { openFile, type PageFile } from './file.js'
import { readFrames, uprightOf } from './frames.js'
import { openImages } from './images.js'
import { inTime, type PictureOfFile, type Recording, type SoundOfFile } from './recording.js'
import { checkSampleTables } from './sample-table.js'
import { readSound } from './sound.js'

/** Containers that are expected to have a picture. */
const forVideo = /^(MP4|QuickTime File Format|Matroska|WebM|MPEG Transport Stream)$/
/** The number of packets from which the frame rate is estimated. */
const packetsForRate = 100

/**
 * Opens a recording in a page: sound or video in any format that mediabunny reads and the browser
 * decodes (mp4, mov, mkv, webm, wav, flac, mp3, m4a, ogg), or an image (JPEG, PNG). Frames and
 * sound are the same as in Node.
 *
 *     const source = await openMedia(input.files[0])
 *
 * @param from a `File` or another `Blob`, or an address
 * @throws LimbicError if it cannot be read, is empty or not a recording, if the browser has no
 * WebCodecs, or with `strict` if it is damaged, cut short, or lacks sound or picture where its
 * format has both
 */
export async function openMedia(
  from: Blob | string | URL,
  options: FileOptions = {},
): Promise<Source> {
  const { strict = false, streams = 'both', patience = defaultPatience } = options
  const file = await openFile(from)
  const head = await file.bytes.read(0, 4096)
  if (imageKind(head)) return openImages([await file.whole()], { ...options, name: file.name })
  checkBrowser(file.name)
  const container = await inspectContainer(file.bytes)
  const health = new Health(file.name, strict)
  await checkSampleTables(file.bytes, file.name)
  const patch = await patchMatroska(file.bytes, container.cut !== undefined)
  const library = await import('mediabunny')
  library.Logging.level = library.LogLevel.Errors
  const input = new library.Input({
    source: file.source(library, patch),
    formats: library.ALL_FORMATS,
  })
  try {
    const { unusable, ...found } = await inTime(
      readFacts(input, file, container.cut),
      patience,
      file.name,
    )
    const facts = { ...found, duration: container.duration ?? found.duration }
    checkStreams(
      file.name,
      {
        ...{ sound: facts.sound, picture: facts.picture, unusable, mayHaveSound: true },
        mayHavePicture: forVideo.test(facts.format) && !isSoundAlone(file.name),
        read: streams,
      },
      container,
      health,
    )
    return sourceOf({ ...facts, name: file.name, library, input, health, patience })
  } catch (error) {
    input.dispose()
    if (error instanceof LimbicError) throw error
    throw noRecording(file.name, head, container.cut, error)
  }
}

function checkBrowser(name: string): void {
  if (typeof VideoDecoder !== 'undefined' && typeof AudioDecoder !== 'undefined') return
  throw new LimbicError('this page cannot decode recordings', {
    where: name,
    expected: 'a browser with WebCodecs (VideoDecoder, AudioDecoder)',
    hint: 'Update the browser, and serve the page over https or from localhost',
  })
}

function sourceOf(recording: Recording): Source {
  const { name, duration, sound, picture, input, health } = recording
  return {
    name,
    duration,
    sound: sound && { rate: sound.rate, channels: sound.channels },
    picture: picture && {
      ...uprightOf(picture),
      ...{ rotation: picture.rotation, frameRate: picture.frameRate },
    },
    readSound: (range) => readSound(recording, range),
    readFrames: (request) => readFrames(recording, request),
    remarks: health.remarks,
    close: async () => input.dispose(),
  }
}

type Facts = Pick<Recording, 'format' | 'duration' | 'origin' | 'sound' | 'picture'> & {
  readonly unusable: readonly ('sound' | 'picture')[]
}

async function readFacts(input: Input, file: PageFile, cut: string | undefined): Promise<Facts> {
  const { name: format } = await input.getFormat()
  const tracks = await input.getTracks()
  const sounds = tracks.filter((track) => track.isAudioTrack())
  const pictures = tracks.filter((track) => track.isVideoTrack())
  if (sounds.length + pictures.length === 0) {
    throw new LimbicError(
      cut ? 'is cut short: nothing of it is usable' : 'has no sound or picture',
      {
        where: file.name,
      },
    )
  }
  const heard = await firstDecodable(sounds)
  const seen = await firstDecodable(pictures)
  const sound = heard && (await soundOf(heard, format, file))
  const picture = seen && (await pictureOf(seen))
  const used = [heard, seen].filter((track) => track !== undefined)
  const unusable = [
    ...(sounds.length > 0 && !sound ? (['sound'] as const) : []),
    ...(pictures.length > 0 && !picture ? (['picture'] as const) : []),
  ]
  if (used.length === 0) throw cannotDecode(file.name, await codecsOf([...sounds, ...pictures]))
  // If streams state when they begin, time counts from there.
  const origin = Math.max(0, await input.getFirstTimestamp(used))
  const duration = (await input.getDurationFromMetadata(used)) ?? undefined
  return { format, duration: duration && duration - origin, origin, sound, picture, unusable }
}

async function firstDecodable<Track extends InputAudioTrack | InputVideoTrack>(
  tracks: readonly Track[],
): Promise<Track | undefined> {
  for (const track of tracks) if (await track.canDecode().catch(() => false)) return track
  return undefined
}

async function codecsOf(tracks: readonly (InputAudioTrack | InputVideoTrack)[]): Promise<string> {
  const names = tracks.map(async (track) => (await track.getCodec()) ?? track.getInternalCodecId())
  return (await Promise.all(names)).map((name) => String(name ?? 'unknown')).join(', ')
}

async function soundOf(
  track: InputAudioTrack,
  format: string,
  { bytes }: PageFile,
): Promise<SoundOfFile | undefined> {
  const rate = await track.getSampleRate()
  const channels = await track.getNumberOfChannels()
  if (!(rate > 0 && channels > 0)) return undefined
  const tag = format === 'MP3' ? await readMp3Tag(bytes) : undefined
  // The last page of an Ogg file says how much of its last packet is sound.
  const end = format === 'Ogg' ? await track.computeDuration() : Infinity
  const length = tag?.length ?? (end > 0 ? Math.round(end * rate) : Infinity)
  return { track, rate, channels, first: tag?.first ?? 0, length }
}

async function pictureOf(track: InputVideoTrack): Promise<PictureOfFile | undefined> {
  const width = await track.getCodedWidth()
  const height = await track.getCodedHeight()
  if (!(width > 0 && height > 0)) return undefined
  // The codec's colours are known after its configuration was read.
  await track.getDecoderConfig()
  const colours = await track.getColorSpace()
  const { averagePacketRate } = await track.computePacketStats(packetsForRate)
  return {
    ...{ track, width, height, rotation: await track.getRotation() },
    frameRate: averagePacketRate > 0 ? Math.round(averagePacketRate * 100) / 100 : undefined,
    matrix: matrixOf(colours.matrix),
    fullRange: colours.fullRange ?? false,
  }
}

function matrixOf(name: string | null | undefined): Matrix {
  if (name === 'bt709') return 'bt709'
  return name === 'bt2020-ncl' ? 'bt2020' : 'bt601'
}

function cannotDecode(where: string, got: string): LimbicError {
  return new LimbicError('the browser cannot decode it', {
    where,
    got,
    hint: 'Convert it, for example: ffmpeg -i FILE -c:v libx264 -c:a aac clip.mp4',
  })
}

function noRecording(
  name: string,
  head: Uint8Array,
  cut: string | undefined,
  error: unknown,
): LimbicError {
  const expected = 'a recording (such as wav, flac, mp3, m4a, ogg, mp4, mov, mkv, webm) or image'
  const kind = kindOfOther(head)
  if (kind !== undefined) {
    return new LimbicError('is not a recording', { where: name, expected, got: kind })
  }
  if (cut !== undefined) {
    const hint = 'Copy the file again, or repair it with a tool that restores its index'
    return new LimbicError('is cut short, and nothing of it is usable', { where: name, hint })
  }
  const isAvi = new TextDecoder('latin1').decode(head.subarray(8, 12)) === 'AVI '
  const got = isAvi ? 'an AVI, which only Node reads' : `"${firstLine(error)}"`
  return new LimbicError('cannot be decoded in a page', { where: name, expected, got })
}
