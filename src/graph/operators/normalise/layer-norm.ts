/** Layer normalisation, with its gradient in closed form. */
import { float, int, type Operator, type Tensor } from '../../graph.js'
import { type Dimension, formatShape, isFloating, sameShape } from '../../shape/shape.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { cast } from '../algebra/comparison.js'
import { reduceToShape } from '../algebra/elementwise.js'
import { type EpsilonAttribute, throughNormalisation } from './normalisation.js'

const layerNormOperator: Operator<EpsilonAttribute> = {
  name: 'layerNorm',
  infer([input, scale, bias], _, mistake) {
    if (!input || !isFloating(input.dataType)) {
      return mistake('input', 'a floating-point tensor', String(input))
    }
    const wanted = scale && scale.rank > 0 ? input.shape.slice(-scale.rank) : ['a size']
    for (const [name, operand] of [
      ['scale', scale],
      ['bias', bias],
    ] as const) {
      const optional = name === 'bias' && !operand
      if (
        !optional &&
        (operand?.dataType !== input.dataType || !sameShape(operand.shape, wanted))
      ) {
        return mistake(name, `${input.dataType}${formatShape(wanted)}`, String(operand))
      }
    }
    const rank = (scale as Tensor).rank
    const shape = input.shape.map((size, axis): Dimension => (axis < input.rank - rank ? size : 1))
    return [
      { dataType: input.dataType, shape: input.shape },
      // ONNX gives mean and inverse deviation in single precision, whatever the input.
      { dataType: 'float32', shape },
      { dataType: 'float32', shape },
    ]
  },
  lower(node, onnx) {
    // The first output must be there even where a gradient needs the statistics alone.
    const outputs = node.outputs.map((output, position) =>
      position === 0 || onnx.isUsed(output) ? onnx.value(output) : '',
    )
    while (outputs.at(-1) === '') outputs.pop()
    onnx.emit(
      'LayerNormalization',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs,
        attributes: { axis: int(-node.input(1).rank), epsilon: float(node.attributes.epsilon) },
      },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const [input, scale] = [node.input(0), node.input(1)]
    const mean = cast(node.output(1), input.dataType)
    const inverseDeviation = cast(node.output(2), input.dataType)
    const axes = scale.shape.map((_, axis) => input.rank - scale.rank + axis)
    const normal = multiply(subtract(input, mean), inverseDeviation)
    return [
      throughNormalisation(multiply(gradient, scale), normal, inverseDeviation, axes),
      reduceToShape(multiply(gradient, normal), scale.shape),
      ...(node.inputs.length > 2 ? [reduceToShape(gradient, scale.shape)] : []),
    ]
  },
  flops: (node, size) => 8 * size(node.output().shape),
}

/**
 * Layer normalisation over the last axes, as many as `scale` has:
 * `(input - mean) / sqrt(variance + epsilon) * scale + bias`, with the biased variance.
 *
 * @param scale the sizes of the last axes
 * @param bias the same shape
 * @throws LimbicError where an operand has another shape
 */
export function layerNorm(input: Tensor, scale: Tensor, bias?: Tensor, epsilon = 1e-5): Tensor {
  const operands = bias ? [input, scale, bias] : [input, scale]
  return input.graph.apply(layerNormOperator, operands, { epsilon }).output()
}
