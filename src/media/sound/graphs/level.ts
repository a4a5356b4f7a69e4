/** Energy and zero crossings of frames. */
import {
  abs,
  cast,
  divide,
  greaterOrEqual,
  maximum,
  reduceMean,
  reduceSum,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../../graph/index.js'

/**
 * Mean power of frames; full scale is 1, a sine of full scale 1/2.
 *
 * @param frames float32 [batch, frames, size]
 * @returns [batch, frames, 1]
 */
export function powerOfFrames(frames: Tensor): Tensor {
  return reduceMean(square(frames), [2], true)
}

/** The root mean square of frames. Its gradient at 0 is finite. */
export function rootMeanSquare(frames: Tensor): Tensor {
  return sqrt(maximum(powerOfFrames(frames), 1e-20))
}

/**
 * How often successive samples differ in sign, as a fraction of the frame's samples (librosa's
 * `zero_crossing_rate`); values of at least -1e-10 count as positive. Its gradient is 0, since it
 * is a step function.
 *
 * @param frames float32 [batch, frames, size]
 * @returns [batch, frames, 1]
 */
export function zeroCrossingsOfFrames(frames: Tensor): Tensor {
  const positive = cast(greaterOrEqual(frames, -1e-10), 'float32')
  const changes = abs(subtract(slice(positive, 2, 1), slice(positive, 2, 0, -1)))
  return divide(reduceSum(changes, [2], true), frames.fixedSize(2))
}
