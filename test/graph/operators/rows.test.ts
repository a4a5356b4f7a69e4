import {
  multiply,
  neighbourConvolution,
  poolRows,
  reduceSum,
  type Shape,
  type Tensor,
  takeRows,
} from '../../../src/graph/index.js'
import {
  describeGradients,
  type GradientCase,
  given,
  type Operand,
} from '../../support/gradients/index.js'

const numbers = (shape: Shape, values: readonly number[]): Operand => ({
  shape,
  dataType: 'int64',
  values: given(values),
})

const rows = (
  name: string,
  operands: GradientCase['operands'],
  build: (x: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradientCase => ({
  name,
  operands,
  build: ({ x, a, b }) => build(x as Tensor, a as Tensor, b as Tensor),
})

/** Four positions of a 2 x 3 picture: (0, 0), (0, 1), (1, 1), (1, 2); 3 x 3 taps, row by row. */
const near = [
  [0, 0, 0, 0, 1, 2, 0, 0, 3],
  [0, 0, 0, 1, 2, 0, 0, 3, 4],
  [1, 2, 0, 0, 3, 4, 0, 0, 0],
  [2, 0, 0, 3, 4, 0, 0, 0, 0],
]

describeGradients(
  'numbered rows',
  [
    rows(
      'taken, some of them, among zeros',
      { x: [4, 3], a: numbers([5], [3, 0, 1, 0, 4]), b: numbers([4], [3, 0, 1, 5]) },
      takeRows,
    ),
    rows(
      'none taken',
      { x: ['batch', 3], a: numbers([0], []), b: numbers(['batch'], [0, 0, 0]) },
      takeRows,
    ),
    rows(
      'none there',
      { x: [0, 3], a: numbers(['batch'], [0, 0, 0]), b: numbers([0], []) },
      takeRows,
    ),
    rows(
      'the largest of each window',
      {
        x: [5, 3],
        a: numbers([3, 4], [2, 0, 5, 0, 1, 3, 0, 0, 4, 0, 0, 0]),
        b: numbers([5], [2, 1, 2, 3, 1]),
      },
      poolRows,
    ),
    rows(
      'a convolution of neighbours',
      { x: [4, 2], a: numbers([4, 9], near.flat()), b: [9, 2, 3] },
      neighbourConvolution,
    ),
    rows(
      'a convolution of none',
      { x: [0, 2], a: numbers([0, 9], []), b: [9, 2, 3] },
      neighbourConvolution,
    ),
    rows(
      'a convolution after another, with weights of weights',
      { x: [4, 2], a: numbers([4, 9], near.flat()), b: [9, 2, 2] },
      (x, a, b) => {
        const first = neighbourConvolution(x, a, b)
        const second = neighbourConvolution(first, a, multiply(b, reduceSum(first)))
        return second
      },
    ),
  ],
  { sizes: [{ batch: 3 }] },
)
