/** Reshaping. */
import { flag } from '../../onnx/attributes.js'
import { formatShape, multiplyDimensions, type Shape, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'

interface ShapeAttribute {
  readonly shape: Shape
}

const reshapeOperator: Operator<ShapeAttribute, readonly [Tensor]> = {
  name: 'reshape',
  infer([input], { shape }, mistake) {
    if (multiplyDimensions(input.shape) !== multiplyDimensions(shape)) {
      return mistake('0', `as many elements as ${formatShape(shape)}`, formatShape(input.shape))
    }
    return [{ dataType: input.dataType, shape }]
  },
  lower({ inputs: [input], outputs, attributes: { shape } }, onnx) {
    const target = shape.map((size, axis) =>
      typeof size === 'number' ? size : size === input.shape[axis] ? 0 : undefined,
    )
    // At most one size may be inferred at run time, and none that could be zero.
    const open = target.filter((size) => size === undefined).length
    const mayBeEmpty = shape.some(
      (size) => size === 0 || (typeof size === 'string' && size.includes('#')),
    )
    if (open > 1 || mayBeEmpty) {
      const operands = [onnx.value(input), onnx.sizes(shape)]
      onnx.write(outputs, 'Reshape', operands, { allowzero: flag(true) })
      return
    }
    const sizes = target.map((size) => size ?? -1)
    const known = onnx.constant('int64', [shape.length], sizes)
    onnx.write(outputs, 'Reshape', [onnx.value(input), known])
  },
  gradient: ({ inputs: [input] }, [gradient]) => [gradient && reshape(gradient, input.shape)],
  flops: () => 0,
}

/**
 * The same elements in the same order, in another shape. Named sizes are at least 1, except those
 * that `nonZero` introduces, which may be 0.
 *
 * @throws LimbicError unless both shapes have the same number of elements
 */
export function reshape(input: Tensor, shape: Shape): Tensor {
  if (sameShape(input.shape, shape)) return input
  return applyOperator(reshapeOperator, [input], { shape }).outputs[0]
}

/** [..., width] as [product of the rest, width]. */
export function flatten(input: Tensor): Tensor {
  return reshape(input, [multiplyDimensions(input.shape.slice(0, -1)), input.size(-1)])
}
