/** Normalisation, with parameters named and initialised as in PyTorch. */
import { batchNorm as applyBatchNorm, layerNorm as applyLayerNorm } from '../../graph/index.js'
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
 * Batch normalisation of [batch, channels, ...]: during training by the statistics of the batch
 * (over all axes but the channels), otherwise by running statistics, which training updates.
 *
 * Parameters: `weight` (ones) and `bias` (zeros); buffers: `running_mean` (zeros) and
 * `running_var` (ones), [channels] each. As in PyTorch, the running variance is the unbiased one
 * and `momentum` is the share of the newest batch; one value alone, which PyTorch refuses, has a
 * variance of 0.
 */
export function batchNorm(
  scope: Scope,
  {
    channels,
    momentum = 0.1,
    epsilon = 1e-5,
  }: { channels: number; momentum?: number; epsilon?: number },
): Layer {
  const scale = scope.parameter('weight', [channels], ones)
  const bias = scope.parameter('bias', [channels], zeros)
  const mean = scope.parameter('running_mean', [channels], zeros, false)
  const variance = scope.parameter('running_var', [channels], ones, false)
  const [meanName, varianceName] = [scope.join('running_mean'), scope.join('running_var')]
  const { graph, training } = scope
  return (input) => {
    const result = applyBatchNorm({
      input,
      scale,
      bias,
      // A layer that is applied twice sees two batches: the second updates the result of the first.
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
