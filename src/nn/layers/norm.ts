/** Normalisation, with parameters named and initialised as in PyTorch. */
import {
  add,
  batchNorm as applyBatchNorm,
  layerNorm as applyLayerNorm,
  divide,
  multiply,
  reduceMean,
  standardDeviation,
  subtract,
} from '../../graph/index.js'
import { ones, zeros } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

/**
 * Layer normalisation of the last axis, by the biased variance: [..., width] to the same.
 * Parameters: `weight` (ones) and `bias` (zeros), [width] each.
 */
export function layerNorm(
  scope: Scope,
  { width, epsilon = 1e-5 }: { width: number; epsilon?: number },
): Layer {
  const weight = scope.parameter('weight', [width], ones)
  const bias = scope.parameter('bias', [width], zeros)
  return (input) => applyLayerNorm(input, weight, bias, epsilon)
}

/**
 * Added under the root of a deviation, whose gradient would otherwise be infinite for equal
 * numbers.
 */
const leastVariance = 1e-12

/**
 * Layer normalisation of the last axis by the unbiased standard deviation, `(x - mean) /
 * (deviation + epsilon)`, as in The Annotated Transformer (Rush, 2018) and code that follows it:
 * [..., width] to the same, for a width of 2 or more. Parameters as those of `layerNorm`.
 */
export function unbiasedLayerNorm(
  scope: Scope,
  { width, epsilon = 1e-6 }: { width: number; epsilon?: number },
): Layer {
  const weight = scope.parameter('weight', [width], ones)
  const bias = scope.parameter('bias', [width], zeros)
  return (input) => {
    const centred = subtract(input, reduceMean(input, -1, true))
    const options = { unbiased: true, keep: true, epsilon: leastVariance }
    const deviation = standardDeviation(input, -1, options)
    return add(multiply(divide(centred, add(deviation, epsilon)), weight), bias)
  }
}

/**
 * Batch normalisation of [batch, channels, ...]: during training by the statistics of the batch
 * (over all axes but the channels), otherwise by running statistics, which training updates.
 *
 * Parameters: `weight` (ones) and `bias` (zeros); buffers: `running_mean` (zeros) and
 * `running_var` (ones), [channels] each. As in PyTorch, the running variance is the unbiased one
 * and `momentum` is the share of the newest batch; one value alone, which PyTorch refuses, has a
 * variance of 0.
 *
 * @param settings `frozen`: normalise by the running statistics during training too, and keep them
 */
export function batchNorm(
  scope: Scope,
  {
    channels,
    momentum = 0.1,
    epsilon = 1e-5,
    frozen = false,
  }: { channels: number; momentum?: number; epsilon?: number; frozen?: boolean },
): Layer {
  const scale = scope.parameter('weight', [channels], ones)
  const bias = scope.parameter('bias', [channels], zeros)
  const mean = scope.parameter('running_mean', [channels], zeros, false)
  const variance = scope.parameter('running_var', [channels], ones, false)
  const [meanName, varianceName] = [scope.join('running_mean'), scope.join('running_var')]
  const { graph } = scope
  const training = scope.training && !frozen && !scope.keepsStatistics
  return (input) => {
    const result = applyBatchNorm({
      input,
      scale,
      bias,
      // Where a layer is applied twice, the second call updates the statistics of the first.
      runningMean: graph.updates.get(meanName) ?? mean,
      runningVariance: graph.updates.get(varianceName) ?? variance,
      training,
      momentum,
      epsilon,
    })
    if (training) {
      graph.updates.set(meanName, result.runningMean)
      graph.updates.set(varianceName, result.runningVariance)
    }
    return result.output
  }
}
