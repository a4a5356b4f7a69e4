/** Opens a live camera and microphone as a recording without an end. */
import { LimbicError } from '../../../../base/errors.js'
import type { Frame, FrameRequest, SoundBlock, Source, TimeRange } from '../../../source.js'
import { chooseEvery, chooseSlots, type DecodedFrame, ruleOf } from '../../choose.js'
import { Health, seconds } from '../../health.js'
import { inSize, pictureOf } from '../../pixels/picture.js'
import { type Planes, turnPlanes } from '../../pixels/planes.js'
import { checkRange, cutOf, type Size } from '../../request.js'
import { boundsOf, partWithin, silence } from '../../sound-clock.js'
import { inTime } from '../recording.js'
import { type LiveFrame, tapFrames } from './frames.js'
import { Ring } from './ring.js'
import { type LiveSound, tapSound } from './sound.js'
import type { LiveStream, LiveTrack } from './stream.js'
import { browserTrack, type Tap } from './tracks.js'

export interface LiveOptions {
  /**
   * Seconds of sound and picture kept for readers that are late or slow; at most 128 MiB of
   * pictures. Default: 10.
   */
  readonly keep?: number
  /** Seconds within which a device must deliver something. Default: 15. */
  readonly patience?: number
  /** Its name in messages. Default: the names of its devices. */
  readonly name?: string
}

const mostPictureBytes = 2 ** 27
/** Shorter gaps in sound are jitter of its time stamps, in seconds. */
const shortestHole = 0.1

/**
 * Opens a live camera, a microphone, or both. Readers get what is kept, then wait for what arrives;
 * they end with the stream, or when it is closed. The amount kept is bounded, whether anything is
 * read or not.
 *
 *     const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
 *     const source = await openLive(stream)
 *     for await (const frame of source.readFrames({ frames: { rate: 5 } })) ...
 *
 * Times count from the first frame or sample; sound and picture agree to within the delay of their
 * devices. Frames have no numbers, and every n-th is counted from where its reader starts. Closing
 * does not stop the stream's tracks.
 *
 * @param stream a `MediaStream`
 * @throws LimbicError if it has no track, or a device delivers nothing in time
 */
export async function openLive(
  stream: LiveStream,
  { keep = 10, patience = 15, name }: LiveOptions = {},
): Promise<Source> {
  const [heard] = stream.getAudioTracks()
  const [seen] = stream.getVideoTracks()
  const where = name ?? nameOf([seen, heard])
  if (!heard && !seen) {
    throw new LimbicError('has no track', { where, expected: 'sound, a picture, or both' })
  }
  if (!(keep > 0 && keep <= 600)) {
    const range = { expected: 'more than 0, up to 600 s', got: `${keep} s` }
    throw new LimbicError('cannot keep this much', { where, ...range })
  }
  const sound = new Ring<LiveSound>(keep)
  const frames = new Ring<LiveFrame>(mostPictureBytes)
  const taps: Tap[] = []
  const close = async () => {
    sound.clear()
    frames.clear()
    await Promise.all(taps.splice(0).map((tap) => tap.stop()))
  }
  try {
    if (heard) {
      const take = (one: LiveSound) => sound.push(one, (one.channels[0]?.length ?? 0) / one.rate)
      taps.push(await tapSound(browserTrack(heard), take, (failure) => sound.end(failure)))
    }
    if (seen) {
      const share = mostPictureBytes / keep
      let before: number | undefined
      const take = (one: LiveFrame) => {
        // A frame's weight is its share of the memory or of the time, whichever is larger.
        const lasts = (one.moment - (before ?? one.moment)) / 1000
        before = one.moment
        frames.push(one, Math.max(bytesOf(one.planes), lasts * share))
      }
      taps.push(tapFrames(browserTrack(seen), take, (failure) => frames.end(failure)))
    }
    const firsts = await Promise.all([
      heard && firstInTime(sound, heard, patience),
      seen && firstInTime(frames, seen, patience),
    ])
    return liveSource({ name: where, sound, frames, close }, firsts, seen)
  } catch (error) {
    await close()
    throw error
  }
}

interface Live {
  readonly name: string
  readonly sound: Ring<LiveSound>
  readonly frames: Ring<LiveFrame>
  close(): Promise<void>
}

function liveSource(
  live: Live,
  [sound, frame]: readonly [LiveSound | undefined, LiveFrame | undefined],
  seen: LiveTrack | undefined,
): Source {
  const health = new Health(live.name, false)
  const begin = Math.min(sound?.moment ?? Infinity, frame?.moment ?? Infinity)
  const timeOf = (moment: number) => (moment - begin) / 1000
  const upright = frame && turnPlanes(frame.planes, frame.rotation)
  const size = upright && { width: upright.width, height: upright.height }
  const track = sound && { rate: sound.rate, channels: sound.channels.length }
  return {
    name: live.name,
    duration: undefined,
    sound: track,
    picture: size && { ...size, rotation: 0, frameRate: seen && frameRateOf(seen) },
    readSound: (range) => readSound(live, track, timeOf, health, range),
    readFrames: (request) => readFrames(live, size, timeOf, request),
    remarks: health.remarks,
    close: live.close,
  }
}

async function* readSound(
  { name, sound }: Live,
  track: { readonly rate: number; readonly channels: number } | undefined,
  timeOf: (moment: number) => number,
  health: Health,
  range: TimeRange = {},
): AsyncGenerator<SoundBlock> {
  if (!track) throw new LimbicError('has no sound', { where: name })
  checkRange(range, name)
  const { start = 0, end = Infinity } = range
  const { rate, channels } = track
  const bounds = boundsOf(start, end, rate)
  let position: number | undefined
  for await (const piece of sound.read()) {
    const count = piece.channels[0]?.length ?? 0
    const time = timeOf(piece.moment)
    if (piece.rate !== rate) {
      health.damage(`sound changes to ${piece.rate} Hz at ${seconds(time)}: the rest is not used`)
      return
    }
    position ??= Math.round(time * rate)
    const missing = Math.round(time * rate) - position
    if (missing > shortestHole * rate) {
      const hole = `${seconds(position / rate)} to ${seconds(time)}`
      health.note(`sound is missing from ${hole}: filled with silence`)
      yield* silence(position, position + missing, bounds, track)
      position += missing
    }
    const { skip, take } = partWithin(bounds, position, count)
    if (take > 0) {
      const given = Array.from({ length: channels }, (_, channel) =>
        (piece.channels[channel] ?? piece.channels.at(-1) ?? new Float32Array(count)).slice(
          skip,
          skip + take,
        ),
      )
      yield { time: (position + skip) / rate, rate, channels: given }
    }
    position += count
    if (position >= bounds.last) return
  }
}

async function* readFrames(
  { name, frames }: Live,
  size: Size | undefined,
  timeOf: (moment: number) => number,
  request: FrameRequest,
): AsyncGenerator<Frame> {
  if (!size) throw new LimbicError('has no picture', { where: name })
  const cut = cutOf(size, request, name)
  // Frames no longer kept cannot be requested.
  const oldest = timeOf(frames.oldest?.moment ?? 0)
  const from = { ...request, start: Math.max(request.start ?? 0, oldest, 0) }
  if (from.start >= (request.end ?? Infinity)) return
  const rule = ruleOf(from, name)
  let last = 0
  let lasts = 0
  const decoded = async function* (): AsyncGenerator<DecodedFrame> {
    for await (const { moment, planes, rotation } of frames.read()) {
      const time = Math.max(0, timeOf(moment))
      lasts = Math.max(0, time - last)
      last = time
      yield {
        ...{ time, index: undefined },
        // A camera may change its size; all frames have that of the first.
        picture: async (wanted) => pictureOf(inSize(turnPlanes(planes, rotation), size), 0, wanted),
        close() {},
      }
    }
  }
  if ('every' in rule) yield* chooseEvery(decoded(), rule.every, from, cut)
  else yield* chooseSlots(decoded(), rule, cut, () => last + lasts)
}

function firstInTime<Item>(ring: Ring<Item>, track: LiveTrack, patience: number): Promise<Item> {
  const where = track.label || `${track.kind} track`
  const what = `gave nothing for ${patience} s`
  const hint = 'The device may be muted, or used by another program'
  return inTime(firstOf(ring, where), patience, where, what, hint)
}

async function firstOf<Item>(ring: Ring<Item>, where: string): Promise<Item> {
  for await (const item of ring.read()) return item
  throw new LimbicError('ended before anything came', { where })
}

/** The bytes of planes. */
const bytesOf = ({ parts }: Planes) => parts[0].data.byteLength

const nameOf = (tracks: readonly (LiveTrack | undefined)[]) =>
  tracks.flatMap((track) => (track && track.label !== '' ? [track.label] : [])).join(', ') ||
  'live stream'

function frameRateOf(track: LiveTrack): number | undefined {
  return browserTrack(track).getSettings().frameRate
}
