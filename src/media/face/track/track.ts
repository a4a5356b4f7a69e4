/** Tracks faces: searches the whole frame at intervals and follows faces in between. */
import { LimbicError } from '../../../base/errors.js'
import type { Frame } from '../../source.js'
import type { Face, FaceDetector } from '../detector.js'
import { assign } from './assign.js'
import { differenceOf, sketchOf } from './scene.js'

/**
 * A face with the number of its person, from 0, which stays the same while the person is tracked
 * within a scene.
 */
export interface TrackedFace extends Face {
  readonly track: number
}

/** The faces of a frame. */
export interface FaceFrame {
  readonly frame: Frame
  /** The largest first. */
  readonly faces: readonly TrackedFace[]
  /**
   * Whether the whole frame was searched, faces were followed, or the frame was skipped since there
   * was no face.
   */
  readonly how: 'searched' | 'followed' | 'passed'
}

/** How faces are tracked. */
export interface TrackOptions {
  /** Seconds after which the whole frame is searched again, for people who appear. Default: 1. */
  readonly again?: number
  /** Seconds between searches while there is no face; 0 searches every frame. Default: 0.2. */
  readonly absent?: number
  /** A tracked face whose score falls below this triggers a search. Default: 0.9. */
  readonly sure?: number
  /** Seconds for which a person who is not found keeps their number. Default: 0.5. */
  readonly patience?: number
  /** A mean difference of frames (0 to 255) above this starts a new scene. Default: 35. */
  readonly cut?: number
}

interface Track {
  readonly number: number
  readonly face: Face
  /** When it was last found, in seconds. */
  readonly seen: number
}

/** Tolerance for equal times, in seconds. */
const rounding = 1e-6

/**
 * Tracks the faces of a recording. Between searches, the detector only looks around the last
 * positions; a lost face, a low score or a new scene brings the next search forward.
 *
 *     for await (const { frame, faces } of trackFaces(source.readFrames({ frames: { every: 1 } }), detector))
 *
 * @param frames in the order of time, all of equal size
 * @throws LimbicError if an option is invalid
 */
export async function* trackFaces(
  frames: AsyncIterable<Frame>,
  detector: FaceDetector,
  options: TrackOptions = {},
): AsyncGenerator<FaceFrame> {
  const settings = { again: 1, absent: 0.2, sure: 0.9, patience: 0.5, cut: 35, ...options }
  for (const [name, value] of Object.entries(settings)) {
    if (value >= 0) continue
    const details = { where: `following faces, ${name}`, expected: '0 or more', got: `${value}` }
    throw new LimbicError('invalid option', details)
  }
  const follower = new Follower(detector, settings)
  for await (const frame of frames) yield await follower.next(frame)
}

class Follower {
  #tracks: readonly Track[] = []
  #sketch: Uint8Array | undefined
  #searched = Number.NEGATIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  #numbers = 0

  constructor(
    readonly detector: FaceDetector,
    readonly settings: Required<TrackOptions>,
  ) {}

  async next(frame: Frame): Promise<FaceFrame> {
    const { again, absent, patience, cut } = this.settings
    const sketch = sketchOf(frame)
    const isCut = this.#sketch !== undefined && differenceOf(this.#sketch, sketch) > cut
    this.#sketch = sketch
    // Frames may be further apart than the patience: who is in the one before is known.
    const waits = (seen: number) => (seen === this.#last ? Math.max(patience, again) : patience)
    const isKnown = ({ seen }: Track) => frame.time - seen <= waits(seen) + rounding
    const known = isCut ? [] : this.#tracks.filter(isKnown)
    const present = known.filter(({ seen }) => seen === this.#last)
    this.#last = frame.time
    const wait = present.length > 0 ? again : absent
    const isDue = isCut || frame.time - this.#searched >= wait - rounding
    if (!isDue && present.length === 0) return this.#told(frame, known, [], 'passed')
    const followed = isDue ? undefined : await this.#follow(frame, present)
    if (followed) return this.#told(frame, known, followed, 'followed')
    this.#searched = frame.time
    return this.#told(frame, known, await this.detector.detect(frame), 'searched')
  }

  /** The faces near their last positions; undefined if one is lost or has a low score. */
  async #follow(frame: Frame, present: readonly Track[]): Promise<Face[] | undefined> {
    const boxes = present.map(({ face }) => face.box)
    const faces = await this.detector.detectNear(frame, boxes)
    const owners = assign(
      boxes,
      faces.map(({ box }) => box),
    )
    const found = faces.filter((_, place) => owners[place] !== undefined)
    const isSure = found.every(({ score }) => score >= this.settings.sure)
    return found.length === present.length && isSure ? found : undefined
  }

  #told(
    frame: Frame,
    known: readonly Track[],
    faces: readonly Face[],
    how: FaceFrame['how'],
  ): FaceFrame {
    const owners = assign(
      known.map(({ face }) => face.box),
      faces.map(({ box }) => box),
    )
    const seen = faces.map((face, place) => {
      const owner = known[owners[place] ?? -1]
      return { number: owner?.number ?? this.#numbers++, face, seen: frame.time }
    })
    const numbers = new Set(seen.map(({ number }) => number))
    this.#tracks = [...seen, ...known.filter(({ number }) => !numbers.has(number))]
    return { frame, faces: seen.map(({ number, face }) => ({ ...face, track: number })), how }
  }
}
