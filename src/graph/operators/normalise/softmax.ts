/** Softmax and its logarithm over one axis. */
import { int, type Operator, type Tensor } from '../../graph.js'
import { isFloating, normaliseAxis } from '../../shape/shape.js'
import { add, exp, multiply, subtract } from '../algebra/arithmetic.js'
import { reduceSum } from '../algebra/reduction.js'

interface AxisAttribute {
  readonly axis: number
}

function softmaxOperator(
  name: string,
  onnxName: string,
  gradient: (output: Tensor, gradient: Tensor, axis: number) => Tensor,
): Operator<AxisAttribute> {
  return {
    name,
    infer: ([input], { axis }, mistake) =>
      input && isFloating(input.dataType) && normaliseAxis(axis, input.rank) !== undefined
        ? [{ dataType: input.dataType, shape: input.shape }]
        : mistake('0', `a floating-point tensor with an axis ${axis}`, String(input)),
    lower(node, onnx) {
      onnx.emit(onnxName, [onnx.value(node.input(0))], {
        outputs: [onnx.value(node.output())],
        attributes: { axis: int(node.attributes.axis) },
      })
    },
    gradient: (node, [upstream]) => [
      upstream && gradient(node.output(), upstream, node.attributes.axis),
    ],
    flops: (node, size) => 5 * size(node.output().shape),
  }
}

const softmaxOnly = softmaxOperator('softmax', 'Softmax', (output, gradient, axis) => {
  const common = reduceSum(multiply(gradient, output), axis, true)
  // Subtracting first keeps the digits of gradients that nearly cancel.
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
  operator: Operator<AxisAttribute>,
  input: Tensor,
  axis: number,
  mask: Tensor | undefined,
): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return input.graph.apply(operator, [mask ? add(input, mask) : input], { axis: normal }).output()
}
