/** The crops of one face over time, and where it is missing. */
import {
  type CropOptions,
  cropCentre,
  cropCentreAsPublished,
  cropFace,
  cropRegion,
} from '../crop.js'
import { chooseFaces } from './choose.js'
import type { FaceFrame, TrackedFace } from './track.js'

/** How crops are collected. */
export interface SequenceOptions extends CropOptions {
  /** Which of several faces. Default: the largest. */
  readonly choose?: 'largest' | 'central'
  /**
   * The fallback for a frame without a face: nothing, the centre of the frame, or the crop of
   * MESM's published code. Default: nothing.
   */
  readonly missing?: 'leave out' | 'centre' | 'published'
}

/** The crops of a recording, one per step. */
export interface FaceSequence {
  /** [length, 3, size, size]: red, green, blue, 0 to 255. */
  readonly crops: Float32Array
  readonly length: number
  /** When each step is shown, in seconds from the start of the recording. */
  readonly times: Float64Array
  /** The face of each step; undefined if the fallback is used. */
  readonly faces: readonly (TrackedFace | undefined)[]
  /** For every frame, even those without a step: its time, and 1 if a face was found, otherwise 0. */
  readonly frameTimes: Float64Array
  readonly mask: Uint8Array
}

/**
 * Crops one face from each frame. A frame without one is left out or replaced by the fallback,
 * never black.
 */
export async function collectFaces(
  frames: AsyncIterable<FaceFrame>,
  options: SequenceOptions = {},
): Promise<FaceSequence> {
  const { size = 48, choose = 'largest', missing = 'leave out' } = options
  const [crops, times, faces]: [Float32Array[], number[], (TrackedFace | undefined)[]] = [
    [],
    [],
    [],
  ]
  const [frameTimes, mask]: [number[], number[]] = [[], []]
  for await (const { frame, faces: found } of frames) {
    const inside = found.filter(({ box }) => {
      const { left, top, right, bottom } = cropRegion(frame, box, options)
      return right > left && bottom > top
    })
    const [face] = chooseFaces(inside, choose, frame)
    frameTimes.push(frame.time)
    mask.push(face ? 1 : 0)
    if (!face && missing === 'leave out') continue
    const centre = missing === 'published' ? cropCentreAsPublished : cropCentre
    crops.push(face ? cropFace(frame, face.box, options) : centre(frame, size))
    times.push(frame.time)
    faces.push(face)
  }
  const all = new Float32Array(crops.length * 3 * size * size)
  for (const [step, crop] of crops.entries()) all.set(crop, step * 3 * size * size)
  return {
    crops: all,
    length: crops.length,
    times: Float64Array.from(times),
    faces,
    frameTimes: Float64Array.from(frameTimes),
    mask: Uint8Array.from(mask),
  }
}
