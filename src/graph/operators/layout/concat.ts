/** Concatenating, stacking and splitting tensors. */
import { elementAt } from '../../../base/lookup.js'
import { mapTuple } from '../../../base/tuples.js'
import { int } from '../../onnx/attributes.js'
import type { TensorType } from '../../shape/shape.js'
import { addDimensions, formatShape, normaliseAxis, type Shape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'
import { unsqueeze } from './axes.js'
import { zerosLike } from './stretch.js'

const concatOperator: Operator<AxisAttribute, readonly [Tensor, ...Tensor[]]> = {
  name: 'concat',
  infer(inputs, { axis }, mistake) {
    const [{ dataType, shape, rank }] = inputs
    if (axis >= rank || axis < 0) return mistake('0', `an axis ${axis}`, String(inputs[0]))
    for (const [position, input] of inputs.entries()) {
      if (input.dataType !== dataType) mistake(String(position), dataType, input.dataType)
      const fits =
        input.rank === rank &&
        input.shape.every((size, other) => other === axis || size === shape[other])
      if (!fits) {
        const wanted = `the shape ${formatShape(shape)} except on axis ${axis}`
        mistake(String(position), wanted, formatShape(input.shape))
      }
    }
    const total = inputs
      .map((input) => input.size(axis))
      .reduce((sum, size) => addDimensions(sum, size))
    return [{ dataType, shape: shape.map((size, other) => (other === axis ? total : size)) }]
  },
  lower({ inputs, outputs, attributes: { axis } }, onnx) {
    onnx.write(outputs, 'Concat', onnx.values(inputs), { axis: int(axis) })
  },
  gradient({ inputs, attributes: { axis } }, [gradient]) {
    if (!gradient) return []
    const sizes = inputs.map((input) => input.size(axis))
    return split(gradient, sizes, axis)
  },
  flops: () => 0,
}

/**
 * Concatenates tensors along an axis.
 *
 * @param inputs one or more, of equal shape except for that axis
 * @throws LimbicError if their shapes do not fit, or there are none
 */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const first = elementAt(inputs, 0, 'tensor to join')
  if (inputs.length === 1) return first
  const normal = normaliseAxis(axis, first.rank) ?? axis
  const all = [first, ...inputs.slice(1)] as const
  return applyOperator(concatOperator, all, { axis: normal }).outputs[0]
}

/**
 * Stacks tensors of equal shape along a new axis.
 *
 * @throws LimbicError if their shapes differ, or there are none
 */
export function stack(inputs: readonly Tensor[], axis: number): Tensor {
  const raised = inputs.map((input) => unsqueeze(input, axis))
  return concat(raised, axis)
}

interface SplitAttributes extends AxisAttribute {
  readonly sizes: Shape
}

const splitOperator: Operator<SplitAttributes, readonly [Tensor], readonly TensorType[]> = {
  name: 'split',
  infer([input], { sizes, axis }, mistake) {
    const total = input.shape[axis]
    if (total === undefined) return mistake('0', `an axis ${axis}`, String(input))
    const sum = sizes.reduce(addDimensions, 0)
    if (sum !== total) {
      return mistake('0', `parts that add up to ${total}`, `${sizes.join(' + ')} = ${sum}`)
    }
    return sizes.map((size) => ({
      dataType: input.dataType,
      shape: input.shape.map((whole, other) => (other === axis ? size : whole)),
    }))
  },
  lower({ inputs: [input], outputs, attributes: { sizes, axis } }, onnx) {
    // ONNX Runtime crashes if a part has no name, even if it is unused.
    onnx.write(outputs, 'Split', [onnx.value(input), onnx.sizes(sizes)], { axis: int(axis) })
  },
  gradient({ outputs, attributes: { axis } }, parts) {
    const filled = outputs.map((output, position) => parts[position] ?? zerosLike(output))
    return [concat(filled, axis)]
  },
  flops: () => 0,
}

/**
 * Splits a tensor into consecutive parts along an axis.
 *
 * @param sizes the size of each part, adding up to the size of the axis
 * @returns one part for each size
 * @throws LimbicError unless the sizes add up to the axis
 */
export function split<const Sizes extends Shape>(
  input: Tensor,
  sizes: Sizes,
  axis: number,
): { readonly [K in keyof Sizes]: Tensor } {
  if (sizes.length === 1) return mapTuple(sizes, () => input)
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const { outputs } = applyOperator(splitOperator, [input], { sizes, axis: normal })
  return mapTuple(sizes, (_, part) => elementAt(outputs, part, 'part'))
}
