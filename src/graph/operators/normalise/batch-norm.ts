/** Batch normalisation, with its gradients in closed form. */
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
import { add, divide, maximum, multiply, sqrt, subtract } from '../algebra/arithmetic.js'
import { countAlong } from '../algebra/reduction.js'
import { stopGradient } from '../algebra/stop-gradient.js'
import { reshape } from '../layout/reshape.js'
import { reduceSum } from '../layout/stretch.js'
import { type EpsilonAttribute, throughNormalisation } from './normalisation.js'

/** Checks [batch, channels, ...] and its [channels] companions. */
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

/** A value for each channel, as a shape that broadcasts with [batch, channels, ...]. */
function alongChannels(values: Tensor, input: Tensor): Tensor {
  return reshape(
    values,
    input.shape.map((size, axis): Dimension => (axis === 1 ? size : 1)),
  )
}

/** All axes but that of the channels. */
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
    // With a momentum of 0 the running statistics that come out are those of the batch. ONNX
    // Runtime writes them over those that go in, and computes equal nodes once: so what goes in
    // must be no constant, and another value for each of them.
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
    const inverseDeviation = alongChannels(
      divide(1, sqrt(add(variance, attributes.epsilon))),
      input,
    )
    const normal = multiply(subtract(input, alongChannels(mean, input)), inverseDeviation)
    const axes = otherAxes(input)
    const toNormal = multiply(gradient, alongChannels(scale, input))
    return [
      throughNormalisation(toNormal, normal, inverseDeviation, axes),
      reduceSum(multiply(gradient, normal), axes),
      reduceSum(gradient, axes),
    ]
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
  /** Whether to normalise by the statistics of this batch, rather than by the running ones. */
  readonly training: boolean
  /** How much this batch counts in the new running statistics (PyTorch's convention). */
  readonly momentum?: number
  readonly epsilon?: number
}

/**
 * Batch normalisation of each channel over the batch and all further axes.
 *
 * @returns `output`, the shape of the input, and the running statistics after this batch; the
 * latter are for `Graph.updates`, carry no gradient, and are the given ones when not training
 * @throws LimbicError where an operand has another shape
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
  // One value alone has a variance of 0, biased or not.
  const unbiased = multiply(variance, divide(count, maximum(subtract(count, 1), 1)))
  const blend = (before: Tensor, now: Tensor) =>
    add(multiply(before, 1 - momentum), multiply(now, momentum))
  return {
    output,
    runningMean: blend(runningMean, mean),
    runningVariance: blend(runningVariance, unbiased),
  }
}
