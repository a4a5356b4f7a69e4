/** The crops of one face over time, with what is missing. */
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
  /** Whose face of several. Default: the largest. */
  readonly choose?: 'largest' | 'central'
  /**
   * What stands for a frame without a face: nothing, the centre of the frame, or the crop of MESM's published
   * code. Default: nothing.
   */
  readonly missing?: 'leave out' | 'centre' | 'published'
}

/** Crops of a recording, a step each. */
export interface FaceSequence {
  /** [length, 3, size, size]: red, green, blue, 0 to 255, one step after another. */
  readonly crops: Float32Array
  readonly length: number
  /** Seconds from the start of the recording at which each step is shown. */
  readonly times: Float64Array
  /** The face of each step; undefined where the centre is used instead. */
  readonly faces: readonly (TrackedFace | undefined)[]
  /** For every frame, steps or not: its time, and 1 where it has a face, 0 where it is missing. */
  readonly frameTimes: Float64Array
  readonly mask: Uint8Array
}

/** Cuts one face out of each frame. A frame without one is left out, or replaced by its centre, never black. */
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
