/** First and second differences of features over time, as librosa's `delta` computes them. */
import {
  concat,
  convolution,
  expand,
  matmul,
  slice,
  squeeze,
  type Tensor,
  unsqueeze,
} from '../../../graph/index.js'
import { curvatureWeights, slopeWeights } from '../numbers/slopes.js'

/**
 * Slope and curvature of a sequence: the derivatives of the straight line and of the parabola
 * fitted to the `width` steps around each (Savitzky and Golay 1964; librosa's `delta` of order 1
 * and 2). Steps in the first and last half windows have those of the first and last whole windows.
 * A sequence of fixed length below `width` has those of the fit to all its steps, everywhere.
 *
 * @param steps float32 [batch, time, features]; at least `width` steps if time is a name
 * @param width an odd number of steps, at least 3
 * @returns both, [batch, time, features]
 */
export function differences(
  steps: Tensor,
  width: number,
): readonly [slope: Tensor, curvature: Tensor] {
  const [, time, features] = steps.axes('batch', 'time', 'features')
  if (typeof time === 'number' && time < width) {
    const ofAll = (weights: Float64Array) =>
      expand(matmul(steps.graph.constant(weights, [1, time], 'float32'), steps), steps.shape)
    return [ofAll(slopeWeights(time)), ofAll(curvatureWeights(time))]
  }
  const kernels = [...slopeWeights(width), ...curvatureWeights(width)]
  const weight = steps.graph.constant(kernels, [2, 1, width, 1], 'float32')
  const inner = convolution(unsqueeze(steps, 1), weight)
  const half = (width - 1) / 2
  const edge = [steps.size(0), 2, half, features]
  const first = expand(slice(inner, 2, 0, 1), edge)
  const last = expand(slice(inner, 2, -1), edge)
  const whole = concat([first, inner, last], 2)
  return [squeeze(slice(whole, 1, 0, 1), 1), squeeze(slice(whole, 1, 1), 1)]
}
