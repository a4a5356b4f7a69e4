/** The frames of a file in a page: decoded by WebCodecs; chosen, rotated, cropped and scaled here. */
import type { VideoSample } from 'mediabunny'
import { LimbicError } from '../../../base/errors.js'
import type { Frame, FrameRequest } from '../../source.js'
import { chooseEvery, chooseSlots, type DecodedFrame, groupsOf, ruleOf } from '../choose.js'
import { Clock, Complaints, seconds, standsStill } from '../health.js'
import { inSize, pictureOf } from '../pixels/picture.js'
import { type Cut, cutOf, type Slots } from '../request.js'
import { metadataOnly, pastDamage } from './past-damage.js'
import { copyPlanes } from './planes.js'
import type { PictureOfFile, Recording } from './recording.js'

/** If reading starts later than this, in seconds, it starts at a key frame near there. */
const seekFrom = 10

/** Decodes frames of a recording; see `Source.readFrames`. */
export async function* readFrames(
  recording: Recording,
  request: FrameRequest,
): AsyncGenerator<Frame> {
  const { name, picture } = recording
  if (!picture) throw new LimbicError('has no picture', { where: name })
  const cut = cutOf(uprightOf(picture), request, name)
  const rule = ruleOf(request, name)
  if ('every' in rule) {
    const reading = new Reading(recording, picture, 0)
    yield* chooseEvery(reading.frames(), rule.every, request, cut)
    reading.conclude()
  } else if ('rate' in request.frames) {
    yield* readSlots(recording, picture, rule, cut)
  } else {
    const times = Array.from({ length: rule.count }, (_, slot) => rule.timeOf(slot))
    for (const group of groupsOf(times)) {
      const slots = { count: group.length, timeOf: (slot: number) => group[slot] ?? Infinity }
      yield* readSlots(recording, picture, slots, cut)
    }
  }
}

async function* readSlots(
  recording: Recording,
  picture: PictureOfFile,
  slots: Slots,
  cut: Cut,
): AsyncGenerator<Frame> {
  if (!(slots.count > 0)) return
  const start = slots.timeOf(0)
  const reading = new Reading(recording, picture, start > seekFrom ? start : 0)
  const still = (time: number) => recording.health.damage(standsStill(time))
  yield* chooseSlots(reading.frames(), slots, cut, () => reading.end, still)
  reading.conclude()
}

/** The size of a picture after rotation. */
export function uprightOf({ width, height, rotation }: Omit<PictureOfFile, 'track'>) {
  return rotation % 180 === 90 ? { width: height, height: width } : { width, height }
}

/** One pass over the frames of a file. */
class Reading {
  readonly #clock = new Clock()
  readonly #complaints = new Complaints()
  #isWhole = false

  /** @param from seconds at which reading starts */
  constructor(
    readonly recording: Recording,
    readonly picture: PictureOfFile,
    readonly from: number,
  ) {}

  /** When the last frame ends, in seconds. */
  get end(): number {
    return this.#clock.end(this.picture.frameRate) ?? 0
  }

  /** All frames, starting with the one shown where reading starts. */
  async *frames(): AsyncGenerator<DecodedFrame> {
    for await (const sample of this.#samples()) {
      const stamp = sample.timestamp - this.recording.origin
      const time = Math.max(0, Math.round(stamp * 1e6) / 1e6)
      const index = this.from > 0 ? undefined : this.#clock.count
      this.#clock.tick(time)
      yield frameOf(sample, time, index, this.picture)
    }
    this.#isWhole = true
  }

  /** Reports what was wrong, after reading. */
  conclude(): void {
    const { health, duration } = this.recording
    this.#clock.tell(health)
    this.#complaints.tell('picture', health)
    if (!this.#isWhole) return
    const first = this.#clock.first ?? 0
    if (this.from === 0 && first > 0.5) health.note(`picture begins at ${seconds(first)}`)
    health.ended('picture', this.#clock.end(this.picture.frameRate), duration)
  }

  /** The samples shown; after damage, reading goes on at the next key frame. */
  async *#samples(): AsyncGenerator<VideoSample> {
    const { library } = this.recording
    const { track } = this.picture
    const packets = new library.EncodedPacketSink(track)
    const failed = async (after: number) =>
      after === -Infinity
        ? await packets.getFirstKeyPacket(metadataOnly)
        : await packets.getKeyPacket(after, metadataOnly)
    const samples = pastDamage(this.recording, {
      ...{ from: this.from, complaints: this.#complaints },
      sink: new library.VideoSampleSink(track),
      nextAfter: async (after) => {
        const packet = await failed(after)
        return packet && packets.getNextKeyPacket(packet, metadataOnly)
      },
    })
    for await (const sample of samples) {
      // A start that an editor cut off is decoded but not shown.
      if (sample.timestamp + Math.max(sample.duration, 1e-6) > 0) yield sample
      else sample.close()
    }
  }
}

function frameOf(
  sample: VideoSample,
  time: number,
  index: number | undefined,
  picture: PictureOfFile,
): DecodedFrame {
  const { rotation, matrix, fullRange } = picture
  return {
    time,
    index,
    async picture(cut) {
      const planes = await copyPlanes(sample, { model: 'ycbcr', matrix, fullRange })
      // A stream may change its size; all frames have that of the recording.
      return pictureOf(inSize(planes, picture), rotation, cut)
    },
    close: () => sample.close(),
  }
}
