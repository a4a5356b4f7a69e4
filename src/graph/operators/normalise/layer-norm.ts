/** Layer normalisation, with gradients in closed form. */
import { float, int } from '../../onnx/attributes.js'
import { type Dimension, formatShape, isFloating, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor, type ThreeResults } from '../../tensor.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { cast } from '../algebra/comparison.js'
import { reduceMean } from '../algebra/reduction.js'
import type { EpsilonAttribute } from '../define.js'
import { reduceToShape } from '../layout/stretch.js'

const layerNormOperator: Operator<
  EpsilonAttribute,
  readonly [Tensor, Tensor, ...Tensor[]],
  ThreeResults
> = {
  name: 'layerNorm',
  infer([input, scale, bias], _, mistake) {
    if (!isFloating(input.dataType)) {
      return mistake('input', 'a floating-point tensor', String(input))
    }
    const wanted = scale.rank > 0 ? input.shape.slice(-scale.rank) : ['a size']
    for (const [name, operand] of Object.entries({ scale, bias })) {
      if (operand && !(operand.dataType === input.dataType && sameShape(operand.shape, wanted))) {
        return mistake(name, `${input.dataType}${formatShape(wanted)}`, String(operand))
      }
    }
    const first = input.rank - scale.rank
    const shape = input.shape.map((size, axis): Dimension => (axis < first ? size : 1))
    return [
      { dataType: input.dataType, shape: input.shape },
      // ONNX returns the mean and the inverse deviation in single precision for every input type.
      { dataType: 'float32', shape },
      { dataType: 'float32', shape },
    ]
  },
  lower({ inputs: [input, scale, bias], outputs: [output, ...statistics], attributes }, onnx) {
    const operands = bias ? [input, scale, bias] : [input, scale]
    // The first output must exist even if only the statistics are read, for a gradient.
    const wanted = statistics.map((each) => (onnx.isUsed(each) ? each : undefined))
    onnx.write([output, ...wanted], 'LayerNormalization', onnx.values(operands), {
      axis: int(-scale.rank),
      epsilon: float(attributes.epsilon),
    })
  },
  gradient({ inputs: [input, scale, bias], outputs: [, means, deviations] }, [gradient]) {
    if (!gradient) return []
    const mean = cast(means, input.dataType)
    const inverseDeviation = cast(deviations, input.dataType)
    const axes = scale.shape.map((_, axis) => input.rank - scale.rank + axis)
    const normal = multiply(subtract(input, mean), inverseDeviation)
    return [
      throughNormalisation(multiply(gradient, scale), normal, inverseDeviation, axes),
      reduceToShape(multiply(gradient, normal), scale.shape),
      bias && reduceToShape(gradient, bias.shape),
    ]
  },
  flops: ({ outputs: [output] }, size) => 8 * size(output.shape),
}

/**
 * Layer normalisation over the last axes, as many as `scale` has axes: `(input - mean) /
 * sqrt(variance + epsilon) * scale + bias`, with the biased variance.
 *
 * @param scale the sizes of the last axes
 * @param bias the same shape
 * @throws LimbicError if an operand's shape does not fit
 */
export function layerNorm(input: Tensor, scale: Tensor, bias?: Tensor, epsilon = 1e-5): Tensor {
  const operands = bias ? ([input, scale, bias] as const) : ([input, scale] as const)
  return applyOperator(layerNormOperator, operands, { epsilon }).outputs[0]
}

/**
 * The gradient of a normalisation's input: the gradient of the normalised values minus its mean and
 * its projection onto them, divided by the deviation.
 */
function throughNormalisation(
  gradient: Tensor,
  normal: Tensor,
  inverseDeviation: Tensor,
  axes: readonly number[],
): Tensor {
  const mean = reduceMean(gradient, axes, true)
  const projection = reduceMean(multiply(gradient, normal), axes, true)
  const rest = subtract(subtract(gradient, mean), multiply(normal, projection))
  return multiply(rest, inverseDeviation)
}
