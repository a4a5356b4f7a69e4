import { affine, gemm, matmul, type Tensor } from '../../../src/graph/index.js'
import { describeGradients, type GradientCase } from '../../support/gradients/index.js'

const pair = (
  name: string,
  x: GradientCase['operands'][string],
  y: GradientCase['operands'][string],
  apply: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[] = matmul,
): GradientCase => ({
  name,
  operands: { x, y },
  build: (operands) => apply(operands.x as Tensor, operands.y as Tensor),
})

describeGradients(
  'matrix products',
  [
    pair('matmul of matrices', [3, 5], [5, 2]),
    pair('matmul of rows and columns', [1, 3], [3, 1]),
    pair('matmul of batches', [2, 3, 4], [2, 4, 5]),
    pair('matmul: the left one has leading axes', ['batch', 'time', 4], [4, 2]),
    pair('matmul: the right one has leading axes', [3, 4], ['batch', 2, 4, 2]),
    pair('matmul: leading axes of both broadcast', ['batch', 1, 3, 2], [4, 2, 3]),
    pair('matmul: inner axis with a name', ['batch', 3, 'time'], ['batch', 'time', 2]),
    pair('matmul of no rows', [0, 3], [3, 2]),
    pair('matmul over an empty axis', [2, 0], [0, 3]),
    ...[false, true].flatMap((transposeLeft) =>
      [false, true].map((transposeRight) =>
        pair(
          `gemm${transposeLeft ? ', left transposed' : ''}${transposeRight ? ', right transposed' : ''}`,
          transposeLeft ? [4, 'batch'] : ['batch', 4],
          transposeRight ? [3, 4] : [4, 3],
          (x, y) => gemm(x, y, { transposeLeft, transposeRight }),
        ),
      ),
    ),
    ...[[], [3], [1, 3], ['batch', 1], ['batch', 3]].map(
      (bias): GradientCase => ({
        name: `gemm with a bias [${bias}]`,
        operands: { x: ['batch', 2], y: [2, 3], bias },
        build: ({ x, y, bias: b }) => gemm(x as Tensor, y as Tensor, { bias: b as Tensor }),
      }),
    ),
    {
      name: 'affine',
      operands: { x: ['batch', 'time', 4], weight: [3, 4], bias: [3] },
      build: ({ x, weight, bias }) => [
        affine(x as Tensor, weight as Tensor, bias as Tensor),
        affine(x as Tensor, weight as Tensor),
      ],
    },
    pair('affine of a matrix', ['batch', 4], [2, 4], affine),
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 1, time: 2 },
    ],
  },
)
