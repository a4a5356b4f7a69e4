import {
  affine,
  gather,
  gatherElements,
  gatherNd,
  matmul,
  multiply,
  nonZero,
  reduceSum,
  reshape,
  scatterAdd,
  scatterNdAdd,
  type Tensor,
  topK,
  transpose,
} from '../../../src/graph/index.js'
import {
  describeGradients,
  type GradientCase,
  given,
  integers,
  type Operand,
} from '../../support/gradients/index.js'

const indices = (shape: Operand['shape'], low: number, high: number): Operand => ({
  shape,
  dataType: 'int64',
  values: integers(low, high),
})

const picking = (
  name: string,
  x: GradientCase['operands'][string],
  i: Operand,
  apply: (x: Tensor, i: Tensor) => Tensor | readonly Tensor[],
): GradientCase => ({
  name,
  operands: { x, i },
  build: (operands) => apply(operands.x as Tensor, operands.i as Tensor),
})

describeGradients(
  'indexing',
  [
    picking('gather rows, some of them twice', [4, 3], indices(['batch', 'time'], 0, 4), gather),
    picking('gather along a middle axis', [2, 4, 3], indices(['batch', 2], 0, 4), (x, i) =>
      gather(x, i, 1),
    ),
    picking(
      'gather along the last axis, counted from its end',
      ['batch', 4],
      indices([3], -4, 4),
      (x, i) => gather(x, i, -1),
    ),
    picking('gather one slice', ['batch', 4], indices([], 0, 4), (x, i) => gather(x, i, 1)),
    picking('gather along an axis with a name', ['time', 2], indices(['batch'], 0, 2), gather),
    picking('gather nothing', [4, 3], indices([0], 0, 4), gather),
    picking('gatherNd of elements', [3, 4], indices(['batch', 2], 0, 3), gatherNd),
    picking('gatherNd of slices', [3, 'time'], indices([5, 1], 0, 3), gatherNd),
    picking('gatherElements', ['batch', 4], indices(['batch', 3], 0, 4), (x, i) =>
      gatherElements(x, i, 1),
    ),
    picking(
      'gatherElements along the first axis',
      [3, 'batch'],
      indices([5, 'batch'], -3, 3),
      (x, i) => gatherElements(x, i, 0),
    ),
    {
      name: 'scatterNdAdd',
      operands: { x: [4, 3], i: indices(['batch', 1], 0, 4), updates: ['batch', 3] },
      build: ({ x, i, updates }) => scatterNdAdd(x as Tensor, i as Tensor, updates as Tensor),
    },
    {
      name: 'scatterAdd',
      operands: { x: ['batch', 3], i: indices(['batch', 5], 0, 3), updates: ['batch', 5] },
      build: ({ x, i, updates }) => scatterAdd(x as Tensor, i as Tensor, updates as Tensor, 1),
    },
    {
      name: 'topK',
      operands: { x: ['batch', 5, 3] },
      build: ({ x }) => [
        ...Object.values(topK(x as Tensor, 2)),
        ...Object.values(topK(x as Tensor, 3, { axis: 1, largest: false })),
      ],
    },
    {
      name: 'topK of equal elements: the lower index first',
      operands: { x: { shape: [5], values: given([1, 2, 2, 1, 2]) } },
      build: ({ x }) => Object.values(topK(x as Tensor, 4)),
      differences: false,
    },
    {
      name: 'nonZero, and the elements it finds',
      operands: {
        x: ['batch', 'time'],
        mask: { shape: ['batch', 'time'], dataType: 'bool', values: integers(0, 2) },
      },
      build: ({ x, mask }) => {
        const found = nonZero(mask as Tensor)
        const elements = gatherNd(x as Tensor, found)
        return [found, elements, multiply(elements, reduceSum(elements))]
      },
    },
    {
      name: 'nonZero that finds nothing',
      operands: {
        x: [2, 3],
        mask: { shape: [2], dataType: 'int64', values: given([0, 0]) },
      },
      build: ({ x, mask }) => gatherNd(x as Tensor, nonZero(mask as Tensor)),
    },
    {
      name: 'products and reshapes of what nonZero did not find',
      operands: {
        x: [4, 6],
        mask: { shape: [4], dataType: 'int64', values: given([0, 0, 0, 0]) },
        weight: [5, 2],
      },
      build: ({ x, mask, weight }) => {
        const found = gatherNd(x as Tensor, nonZero(mask as Tensor))
        const apart = reshape(found, [found.size(0), 3, 2])
        return [affine(apart, weight as Tensor), matmul(apart, transpose(weight as Tensor))]
      },
    },
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 6, time: 2 },
    ],
  },
)
