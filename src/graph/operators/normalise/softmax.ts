/** Softmax and its logarithm over one axis. */
import { int } from '../../onnx/attributes.js'
import { isFloating, normaliseAxis } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { add, exp, multiply, subtract } from '../algebra/arithmetic.js'
import type { AxisAttribute } from '../define.js'
import { reduceSum } from '../layout/stretch.js'

type SoftmaxOperator = Operator<AxisAttribute, readonly [Tensor]>

function softmaxOperator(
  name: string,
  onnxName: string,
  gradient: (output: Tensor, gradient: Tensor, axis: number) => Tensor,
): SoftmaxOperator {
  return {
    name,
    infer: ([input], { axis }, mistake) =>
      isFloating(input.dataType) && normaliseAxis(axis, input.rank) !== undefined
        ? [{ dataType: input.dataType, shape: input.shape }]
        : mistake('0', `a floating-point tensor with an axis ${axis}`, String(input)),
    lower({ inputs, outputs, attributes }, onnx) {
      onnx.write(outputs, onnxName, onnx.values(inputs), { axis: int(attributes.axis) })
    },
    gradient: ({ outputs: [output], attributes }, [upstream]) => [
      upstream && gradient(output, upstream, attributes.axis),
    ],
    flops: ({ outputs: [output] }, size) => 5 * size(output.shape),
  }
}

const softmaxOnly = softmaxOperator('softmax', 'Softmax', (output, gradient, axis) => {
  const common = reduceSum(multiply(gradient, output), axis, true)
  // Subtracting first preserves precision where gradients nearly cancel.
  return multiply(subtract(gradient, common), output)
})

const logSoftmaxOnly = softmaxOperator('logSoftmax', 'LogSoftmax', (output, gradient, axis) =>
  subtract(gradient, multiply(exp(output), reduceSum(gradient, axis, true))),
)

/**
 * `exp(input)` divided by its sum over `axis`.
 *
 * @param mask added to the input first, with broadcasting: 0 to keep, a large negative number to hide
 */
export function softmax(input: Tensor, axis = -1, mask?: Tensor): Tensor {
  return applyOver(softmaxOnly, input, axis, mask)
}

/** The natural logarithm of `softmax`, without overflow. */
export function logSoftmax(input: Tensor, axis = -1, mask?: Tensor): Tensor {
  return applyOver(logSoftmaxOnly, input, axis, mask)
}

function applyOver(
  operator: SoftmaxOperator,
  input: Tensor,
  axis: number,
  mask: Tensor | undefined,
): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const masked = mask ? add(input, mask) : input
  return applyOperator(operator, [masked], { axis: normal }).outputs[0]
}
