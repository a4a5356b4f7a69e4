/** Batch normalisation, with gradients in closed form. */
import { mapTuple } from '../../../base/tuples.js'
import { flag, float } from '../../onnx/attributes.js'
import { type Dimension, formatShape, isFloating, sameShape } from '../../shape/shape.js'
import {
  applyOperator,
  type Operator,
  type ShapeMistake,
  type Tensor,
  type ThreeResults,
} from '../../tensor.js'
import { add, divide, maximum, multiply, sqrt, square, subtract } from '../algebra/arithmetic.js'
import { greater, where } from '../algebra/comparison.js'
import { countAlong } from '../algebra/reduction.js'
import { stopGradient } from '../algebra/stop-gradient.js'
import type { EpsilonAttribute } from '../define.js'
import { reshape } from '../layout/reshape.js'
import { reduceSum } from '../layout/stretch.js'

/** Checks the input, [batch, channels, ...], and the operands of shape [channels]. */
function checkChannels(
  input: Tensor,
  companions: Readonly<Record<string, Tensor>>,
  mistake: ShapeMistake,
): Tensor {
  if (typeof input.shape[1] !== 'number' || !isFloating(input.dataType)) {
    return mistake('input', 'floating-point [batch, a number of channels, ...]', String(input))
  }
  const wanted = [input.size(1)]
  for (const [name, operand] of Object.entries(companions)) {
    if (operand.dataType !== input.dataType || !sameShape(operand.shape, wanted)) {
      mistake(name, `${input.dataType}${formatShape(wanted)}`, String(operand))
    }
  }
  return input
}

/** One value per channel, in a shape that broadcasts with [batch, channels, ...]. */
function alongChannels(values: Tensor, input: Tensor): Tensor {
  return reshape(
    values,
    input.shape.map((size, axis): Dimension => (axis === 1 ? size : 1)),
  )
}

/** Whether there may be nothing to take statistics of: only sizes that are known at run time can be 0. */
function mayBeEmpty(input: Tensor): boolean {
  return input.shape.some((size) => typeof size === 'string' && size.includes('#'))
}

/** All axes except the channels. */
function otherAxes(input: Tensor): readonly number[] {
  return input.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
}

const batchNormTrainingOperator: Operator<
  EpsilonAttribute,
  readonly [Tensor, Tensor, Tensor],
  ThreeResults
> = {
  name: 'batchNormTraining',
  infer([input, scale, bias], _, mistake) {
    const { dataType, shape } = checkChannels(input, { scale, bias }, mistake)
    const channels = shape.slice(1, 2)
    return [
      { dataType, shape },
      { dataType, shape: channels },
      { dataType, shape: channels },
    ]
  },
  lower(node, onnx) {
    const [{ dataType }, scale] = node.inputs
    // With a momentum of 0 the new running statistics are those of the batch. ONNX Runtime
    // overwrites the old ones in place and merges equal nodes, so the old ones must not be
    // constants and must differ from each other.
    const before = node.outputs
      .slice(1)
      .map(({ id }) => onnx.emit('Add', [onnx.value(scale), onnx.constant(dataType, [], [id])]))
    onnx.write(node.outputs, 'BatchNormalization', [...onnx.values(node.inputs), ...before], {
      epsilon: float(node.attributes.epsilon),
      momentum: float(0),
      training_mode: flag(true),
    })
  },
  gradient({ inputs: [input, scale], outputs: [, mean, variance], attributes }, [gradient]) {
    if (!gradient) return []
    const axes = otherAxes(input)
    const count = countAlong(input, axes)
    // Without elements the variance is not a number; any positive one keeps it out of the gradients.
    const known = mayBeEmpty(input) ? where(greater(count, 0), variance, square(scale)) : variance
    const inverseDeviation = divide(1, sqrt(add(known, attributes.epsilon)))
    const centred = subtract(input, alongChannels(mean, input))
    const toBias = reduceSum(gradient, axes)
    const toScale = multiply(reduceSum(multiply(gradient, centred), axes), inverseDeviation)
    // The gradient less its mean and less its projection on the normalised input, with all that is
    // the same for a channel computed once for it: few passes over the maps.
    const factor = multiply(scale, inverseDeviation)
    const share = divide(factor, maximum(count, 1))
    const slope = multiply(multiply(share, toScale), inverseDeviation)
    const removed = add(
      multiply(centred, alongChannels(slope, input)),
      alongChannels(multiply(share, toBias), input),
    )
    return [subtract(multiply(gradient, alongChannels(factor, input)), removed), toScale, toBias]
  },
  flops: ({ outputs: [output] }, size) => 8 * size(output.shape),
}

const batchNormOperator: Operator<
  EpsilonAttribute,
  readonly [Tensor, Tensor, Tensor, Tensor, Tensor]
> = {
  name: 'batchNorm',
  infer([input, scale, bias, mean, variance], _, mistake) {
    const companions = { scale, bias, 'running mean': mean, 'running variance': variance }
    const { dataType, shape } = checkChannels(input, companions, mistake)
    return [{ dataType, shape }]
  },
  lower(node, onnx) {
    const epsilon = float(node.attributes.epsilon)
    onnx.write(node.outputs, 'BatchNormalization', onnx.values(node.inputs), { epsilon })
  },
  gradient({ inputs: [input, scale, , mean, variance], attributes }, [gradient]) {
    if (!gradient) return []
    const inverseDeviation = divide(1, sqrt(add(variance, attributes.epsilon)))
    const factor = multiply(scale, inverseDeviation)
    const axes = otherAxes(input)
    const normal = multiply(
      subtract(input, alongChannels(mean, input)),
      alongChannels(inverseDeviation, input),
    )
    const toScale = reduceSum(multiply(gradient, normal), axes)
    const toBias = reduceSum(gradient, axes)
    return [
      multiply(gradient, alongChannels(factor, input)),
      toScale,
      toBias,
      multiply(multiply(toBias, factor), -1),
      multiply(
        multiply(toScale, scale),
        multiply(multiply(inverseDeviation, inverseDeviation), -0.5),
      ),
    ]
  },
  flops: ({ outputs: [output] }, size) => 2 * size(output.shape),
}

export interface BatchNormOperands {
  /** [batch, channels, ...] */
  readonly input: Tensor
  /** [channels] */
  readonly scale: Tensor
  /** [channels] */
  readonly bias: Tensor
  /** [channels]: the mean of earlier batches */
  readonly runningMean: Tensor
  /** [channels]: the unbiased variance of earlier batches */
  readonly runningVariance: Tensor
  /** Whether to normalise by the statistics of this batch instead of the running ones. */
  readonly training: boolean
  /** The weight of this batch in the new running statistics (PyTorch's convention). */
  readonly momentum?: number
  readonly epsilon?: number
}

/**
 * Batch normalisation of each channel over the batch and all further axes.
 *
 * @returns `output`, of the input's shape, and the running statistics after this batch. The latter
 * are for `Graph.updates` and carry no gradient; when not training they are the given ones
 * @throws LimbicError if an operand's shape does not fit
 */
export function batchNorm(operands: BatchNormOperands): {
  output: Tensor
  runningMean: Tensor
  runningVariance: Tensor
} {
  const { input, scale, bias, runningMean, runningVariance, training } = operands
  const { momentum = 0.1, epsilon = 1e-5 } = operands
  if (!training) {
    const all = [input, scale, bias, runningMean, runningVariance] as const
    return {
      output: applyOperator(batchNormOperator, all, { epsilon }).outputs[0],
      runningMean,
      runningVariance,
    }
  }
  const [output, ...statistics] = applyOperator(batchNormTrainingOperator, [input, scale, bias], {
    epsilon,
  }).outputs
  const [mean, variance] = mapTuple(statistics, stopGradient)
  const count = countAlong(input, otherAxes(input))
  // The variance of a single value is taken as 0, also the unbiased one.
  const unbiased = multiply(variance, divide(count, maximum(subtract(count, 1), 1)))
  const isOpen = mayBeEmpty(input)
  const blend = (before: Tensor, now: Tensor) => {
    const blended = add(multiply(before, 1 - momentum), multiply(now, momentum))
    return isOpen ? where(greater(count, 0), blended, before) : blended
  }
  return {
    output,
    runningMean: blend(runningMean, mean),
    runningVariance: blend(runningVariance, unbiased),
  }
}
