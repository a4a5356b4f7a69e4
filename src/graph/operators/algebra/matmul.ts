/** Matrix products. */
import { int, type Operator, type Tensor, text } from '../../graph.js'
import {
  broadcastShapes,
  type Dimension,
  formatShape,
  isFloating,
  multiplyDimensions,
  type Shape,
} from '../../shape/shape.js'
import { orderOf, reshape, transpose } from '../layout/layout.js'
import { add } from './arithmetic.js'
import { direct, type NoAttributes, none, reduceToShape } from './elementwise.js'
import { reduceSum } from './reduction.js'

const matmulOperator: Operator<NoAttributes> = {
  name: 'matmul',
  infer([left, right], _, mistake) {
    if (!left || !right || left.rank < 2 || right.rank < 2) {
      return mistake('0', 'two tensors of rank 2 or more', `${left} and ${right}`)
    }
    if (!isFloating(left.dataType)) return mistake('0', 'a floating-point tensor', left.dataType)
    if (left.dataType !== right.dataType) return mistake('1', left.dataType, right.dataType)
    if (left.size(-1) !== right.size(-2)) {
      return mistake('1', `${left.size(-1)} rows`, formatShape(right.shape))
    }
    const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2))
    if (!batch) {
      return mistake(
        '1',
        `leading axes that broadcast with ${formatShape(left.shape)}`,
        formatShape(right.shape),
      )
    }
    return [{ dataType: left.dataType, shape: [...batch, left.size(-2), right.size(-1)] }]
  },
  lower: direct('MatMul'),
  gradient(node, [gradient]) {
    if (!gradient) return []
    const [left, right] = [node.input(0), node.input(1)]
    return [
      reduceToShape(matmul(gradient, transpose(right)), left.shape),
      right.rank === 2 && left.rank > 2
        ? gemm(flatten(left), flatten(gradient), { transposeLeft: true })
        : reduceToShape(toRight(left, right, gradient), right.shape),
    ]
  },
  flops: (node, size) => 2 * size(node.output().shape) * size([node.input(0).size(-1)]),
}

/** The gradient of a product's right operand; of a transposed one the gradient is born transposed. */
function toRight(left: Tensor, right: Tensor, gradient: Tensor): Tensor {
  const swapped = orderOf(right)?.order.at(-1) === right.rank - 2
  return swapped ? transpose(matmul(transpose(gradient), left)) : matmul(transpose(left), gradient)
}

/**
 * The matrix product of the last two axes; leading axes broadcast.
 *
 * @param left [..., rows, inner]
 * @param right [..., inner, columns]
 * @returns [..., rows, columns]
 */
export function matmul(left: Tensor, right: Tensor): Tensor {
  return left.graph.apply(matmulOperator, [left, right], none).output()
}

/** [..., width] as [product of the rest, width]. */
export function flatten(input: Tensor): Tensor {
  return reshape(input, [multiplyDimensions(input.shape.slice(0, -1)), input.size(-1)])
}

interface GemmAttributes {
  readonly transposeLeft: boolean
  readonly transposeRight: boolean
}

const gemmOperator: Operator<GemmAttributes> = {
  name: 'gemm',
  infer([left, right, bias], { transposeLeft, transposeRight }, mistake) {
    if (left?.rank !== 2) return mistake('0', 'rank 2', String(left))
    if (right?.rank !== 2) return mistake('1', 'rank 2', String(right))
    const [rows, inner] = orient(left.shape, transposeLeft)
    const [otherInner, columns] = orient(right.shape, transposeRight)
    if (inner !== otherInner) return mistake('1', `inner size ${inner}`, formatShape(right.shape))
    const shape = [rows, columns]
    if (bias && broadcastShapes(bias.shape, shape)?.join() !== shape.join()) {
      return mistake('2', `a bias that stretches to ${formatShape(shape)}`, formatShape(bias.shape))
    }
    return [{ dataType: left.dataType, shape }]
  },
  lower(node, onnx) {
    const { transposeLeft, transposeRight } = node.attributes
    onnx.emit(
      'Gemm',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: [onnx.value(node.output())],
        attributes: {
          transA: int(Number(transposeLeft)),
          transB: int(Number(transposeRight)),
        },
      },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const [left, right, bias] = node.inputs as [Tensor, Tensor, Tensor?]
    const { transposeLeft, transposeRight } = node.attributes
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
  flops(node, size) {
    const [, inner] = orient(node.input(0).shape, node.attributes.transposeLeft)
    return 2 * size(node.output().shape) * size([inner])
  },
}

function orient(shape: Shape, transposed: boolean): readonly [Dimension, Dimension] {
  const [rows, columns] = shape as readonly [Dimension, Dimension]
  return transposed ? [columns, rows] : [rows, columns]
}

/**
 * A product of two matrices, either of them transposed, plus a bias that broadcasts.
 *
 * @param left [rows, inner], or [inner, rows] with `transposeLeft`
 * @param right [inner, columns], or [columns, inner] with `transposeRight`
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
  const inputs = bias ? [left, right, bias] : [left, right]
  return left.graph.apply(gemmOperator, inputs, { transposeLeft, transposeRight }).output()
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
  // Within the product ONNX Runtime would first spread the bias, on one thread.
  const flat = bias ? add(product, bias) : product
  return reshape(flat, [...input.shape.slice(0, -1), weight.size(0)])
}

interface EinsumAttributes {
  readonly left: string
  readonly right: string
  readonly result: string
}

const einsumOperator: Operator<EinsumAttributes> = {
  name: 'einsum',
  infer([left, right], { left: leftAxes, right: rightAxes, result }, mistake) {
    const sizes = new Map<string, Dimension>()
    for (const [position, tensor, axes] of [
      ['0', left, leftAxes],
      ['1', right, rightAxes],
    ] as const) {
      if (tensor?.rank !== axes.length || new Set(axes).size !== axes.length) {
        return mistake(position, `the axes ${axes}, each once`, String(tensor))
      }
      ;[...axes].forEach((axis, place) => {
        const size = tensor.size(place)
        if ((sizes.get(axis) ?? size) !== size) {
          mistake(position, `${sizes.get(axis)} for axis ${axis}`, String(size))
        }
        sizes.set(axis, size)
      })
    }
    const shape = [...result].map(
      (axis) => sizes.get(axis) ?? mistake('1', `an axis ${axis}`, `${leftAxes},${rightAxes}`),
    )
    return [{ dataType: (left as Tensor).dataType, shape }]
  },
  lower(node, onnx) {
    const { left, right, result } = node.attributes
    onnx.emit(
      'Einsum',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: [onnx.value(node.output())],
        attributes: { equation: text(`${left},${right}->${result}`) },
      },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { left, right, result } = node.attributes
    return [
      einsum(`${result},${right}->${left}`, gradient, node.input(1)),
      einsum(`${result},${left}->${right}`, gradient, node.input(0)),
    ]
  },
  flops(node, size) {
    const axes = new Map<string, Dimension>()
    for (const [position, names] of [node.attributes.left, node.attributes.right].entries()) {
      for (const [place, name] of [...names].entries()) {
        axes.set(name, node.input(position).size(place))
      }
    }
    return 2 * size([...axes.values()])
  },
}

/**
 * Einstein summation of two tensors, such as `bij,bjk->bik`; no axis may repeat within one operand,
 * and none may be empty (ONNX Runtime does not survive that).
 */
export function einsum(equation: string, left: Tensor, right: Tensor): Tensor {
  const [, leftAxes = '', rightAxes = '', result = ''] =
    /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(equation.replaceAll(' ', '')) ?? []
  // An axis of one operand alone that the result lacks is a plain sum.
  const alone = (axes: string, others: string) =>
    [...axes].flatMap((axis, place) =>
      result.includes(axis) || others.includes(axis) ? [] : [place],
    )
  const reduce = (input: Tensor, axes: string, others: string) => {
    const places = alone(axes, others)
    return {
      tensor: places.length > 0 ? reduceSum(input, places) : input,
      axes: [...axes].filter((_, place) => !places.includes(place)).join(''),
    }
  }
  const one = reduce(left, leftAxes, rightAxes)
  const two = reduce(right, rightAxes, leftAxes)
  return left.graph
    .apply(einsumOperator, [one.tensor, two.tensor], { left: one.axes, right: two.axes, result })
    .output()
}
