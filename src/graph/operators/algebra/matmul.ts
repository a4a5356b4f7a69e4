/** Matrix products. */
import { flag } from '../../onnx/attributes.js'
import {
  broadcastShapes,
  type Dimension,
  formatShape,
  isFloating,
  type Shape,
} from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { direct, type NoAttributes, none } from '../define.js'
import { flatten, reshape } from '../layout/reshape.js'
import { reduceToShape } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'
import { add } from './arithmetic.js'

export const matmulOperator: Operator<NoAttributes, readonly [Tensor, Tensor]> = {
  name: 'matmul',
  infer([left, right], _, mistake) {
    if (left.rank < 2 || right.rank < 2) {
      return mistake('0', 'two tensors of rank 2 or more', `${left} and ${right}`)
    }
    if (!isFloating(left.dataType)) return mistake('0', 'a floating-point tensor', left.dataType)
    if (left.dataType !== right.dataType) return mistake('1', left.dataType, right.dataType)
    if (left.size(-1) !== right.size(-2)) {
      return mistake('1', `${left.size(-1)} rows`, formatShape(right.shape))
    }
    const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2))
    if (!batch) {
      const wanted = `leading axes that broadcast with ${formatShape(left.shape)}`
      return mistake('1', wanted, formatShape(right.shape))
    }
    return [{ dataType: left.dataType, shape: [...batch, left.size(-2), right.size(-1)] }]
  },
  lower: direct('MatMul'),
  gradient({ inputs: [left, right] }, [gradient]) {
    if (!gradient) return []
    return [
      reduceToShape(matmul(gradient, transpose(right)), left.shape),
      right.rank === 2 && left.rank > 2
        ? gemm(flatten(left), flatten(gradient), { transposeLeft: true })
        : reduceToShape(matmul(transpose(left), gradient), right.shape),
    ]
  },
  flops: ({ inputs: [left], outputs: [output] }, size) =>
    2 * size(output.shape) * size([left.size(-1)]),
}

/**
 * The matrix product of the last two axes; leading axes broadcast.
 *
 * @param left [..., rows, inner]
 * @param right [..., inner, columns]
 * @returns [..., rows, columns]
 */
export function matmul(left: Tensor, right: Tensor): Tensor {
  return applyOperator(matmulOperator, [left, right], none).outputs[0]
}

interface GemmAttributes {
  readonly transposeLeft: boolean
  readonly transposeRight: boolean
}

export const gemmOperator: Operator<GemmAttributes, readonly [Tensor, Tensor, ...Tensor[]]> = {
  name: 'gemm',
  infer([left, right, bias], { transposeLeft, transposeRight }, mistake) {
    if (left.rank !== 2) return mistake('0', 'rank 2', String(left))
    if (right.rank !== 2) return mistake('1', 'rank 2', String(right))
    const [rows, inner] = orient(left, transposeLeft)
    const [otherInner, columns] = orient(right, transposeRight)
    if (inner !== otherInner) return mistake('1', `inner size ${inner}`, formatShape(right.shape))
    const shape: Shape = [rows, columns]
    if (bias && broadcastShapes(bias.shape, shape)?.join() !== shape.join()) {
      return mistake(
        '2',
        `a bias that broadcasts to ${formatShape(shape)}`,
        formatShape(bias.shape),
      )
    }
    return [{ dataType: left.dataType, shape }]
  },
  lower({ inputs: [left, right, bias], outputs, attributes }, onnx) {
    const operands = bias ? [left, right, bias] : [left, right]
    onnx.write(outputs, 'Gemm', onnx.values(operands), {
      transA: flag(attributes.transposeLeft),
      transB: flag(attributes.transposeRight),
    })
  },
  gradient({ inputs: [left, right, bias], attributes }, [gradient]) {
    if (!gradient) return []
    const { transposeLeft, transposeRight } = attributes
    return [
      transposeLeft
        ? gemm(right, gradient, { transposeLeft: transposeRight, transposeRight: true })
        : gemm(gradient, right, { transposeRight: !transposeRight }),
      transposeRight
        ? gemm(gradient, left, { transposeLeft: true, transposeRight: transposeLeft })
        : gemm(left, gradient, { transposeLeft: !transposeLeft }),
      bias && reduceToShape(gradient, bias.shape),
    ]
  },
  flops({ inputs: [left], outputs: [output], attributes }, size) {
    const [, inner] = orient(left, attributes.transposeLeft)
    return 2 * size(output.shape) * size([inner])
  },
}

function orient(matrix: Tensor, transposed: boolean): readonly [Dimension, Dimension] {
  const [rows, columns] = matrix.axes('rows', 'columns')
  return transposed ? [columns, rows] : [rows, columns]
}

/**
 * A product of two matrices, either of which may be transposed, plus a bias that broadcasts.
 *
 * @param left [rows, inner], or [inner, rows] with `transposeLeft`
 * @param right [inner, columns], or [columns, inner] with `transposeRight`
 * @returns [rows, columns]
 */
export function gemm(
  left: Tensor,
  right: Tensor,
  {
    transposeLeft = false,
    transposeRight = false,
    bias,
  }: { transposeLeft?: boolean; transposeRight?: boolean; bias?: Tensor } = {},
): Tensor {
  const operands = bias ? ([left, right, bias] as const) : ([left, right] as const)
  return applyOperator(gemmOperator, operands, { transposeLeft, transposeRight }).outputs[0]
}

/**
 * Multiplies every vector of the last axis by one matrix and adds a bias: `input W^T + b`.
 *
 * @param input [..., inputs]
 * @param weight [units, inputs]
 * @param bias [units]
 * @returns [..., units]
 */
export function affine(input: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = gemm(flatten(input), weight, { transposeRight: true })
  // As part of the product, ONNX Runtime would first expand the bias, on one thread.
  const flat = bias ? add(product, bias) : product
  return reshape(flat, [...input.shape.slice(0, -1), weight.size(0)])
}
