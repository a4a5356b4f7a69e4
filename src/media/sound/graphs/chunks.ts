/** Spectrograms in chunks of equal length, as MESM's network reads them. */
import {
  addDimensions,
  floorDivideDimension,
  multiplyDimensions,
  pad,
  reshape,
  subtractDimensions,
  type Tensor,
  transpose,
} from '../../../graph/index.js'

/**
 * Chunks of successive frames, the last padded with zeros (MESM's published code).
 *
 * @param frames float32 [time, bands]
 * @param length frames per chunk
 * @returns [ceil(time / length), 1, bands, length]
 */
export function chunked(frames: Tensor, length: number): Tensor {
  const [time, bands] = frames.axes('time', 'bands')
  const chunks = floorDivideDimension(addDimensions(time, length - 1), length)
  const rest = subtractDimensions(multiplyDimensions([chunks, length]), time)
  const whole = reshape(pad(frames, [0, 0], [rest, 0]), [chunks, length, 1, bands])
  return transpose(whole, [0, 2, 3, 1])
}
