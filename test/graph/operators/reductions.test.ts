import {
  cumulativeSum,
  logSoftmax,
  reduceMean,
  reduceSum,
  softmax,
  standardDeviation,
  type Tensor,
  variance,
} from '../../../src/graph/index.js'
import { describeGradients, given, ofOne } from '../../support/gradients/index.js'

const each = (
  x: Tensor,
  reduce: (x: Tensor, axes?: number | number[], keep?: boolean) => Tensor,
) => [reduce(x), reduce(x, 0), reduce(x, [0, -1], true), reduce(x, 1), reduce(x, [])]

describeGradients(
  'reductions',
  [
    ofOne('sum', ['batch', 3, 'time'], (x) => each(x, reduceSum)),
    ofOne('mean', ['batch', 3, 'time'], (x) => each(x, reduceMean)),
    ofOne('axes of size 1', [1, 4, 1], (x) => [...each(x, reduceSum), ...each(x, reduceMean)]),
    ofOne('sum of nothing', [0, 3], (x) => [reduceSum(x), reduceSum(x, 0), reduceSum(x, 1, true)]),
    ofOne('variance', ['batch', 'time', 3], (x) => [
      variance(x),
      variance(x, 1, { keep: true }),
      variance(x, [0, 1], { unbiased: true }),
      variance(x, -1, { unbiased: true }),
    ]),
    ofOne('standard deviation', [3, 'time'], (x) => [
      standardDeviation(x, 1, { unbiased: true, epsilon: 1e-3 }),
      standardDeviation(x),
    ]),
    {
      ...ofOne(
        'standard deviation of equal elements: finite with an epsilon',
        { shape: [3], values: given([2, 2, 2]) },
        (x) => standardDeviation(x, 0, { epsilon: 1e-6 }),
      ),
    },
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 2, time: 5 },
    ],
  },
)

describeGradients(
  'softmax and running sums',
  [
    ofOne('softmax', ['batch', 3, 'time'], (x) => [softmax(x), softmax(x, 0), softmax(x, 1)]),
    ofOne('softmax of one', [4, 1], (x) => softmax(x)),
    ofOne(
      'softmax of far apart numbers',
      { shape: [4], values: given([1000, 999, -1000, 998]) },
      (x) => softmax(x),
    ),
    ofOne('softmax of no rows', [0, 3], (x) => softmax(x)),
    {
      name: 'softmax with a mask that broadcasts',
      operands: { x: ['batch', 2, 'time'], mask: { shape: ['batch', 1, 'time'] } },
      build: ({ x, mask }) => [
        softmax(x as Tensor, -1, mask as Tensor),
        logSoftmax(x as Tensor, 1, mask as Tensor),
      ],
    },
    ofOne('logSoftmax', ['batch', 3, 'time'], (x) => [
      logSoftmax(x),
      logSoftmax(x, 0),
      logSoftmax(x, 1),
    ]),
    ofOne('cumulativeSum', ['batch', 'time', 2], (x) => [
      cumulativeSum(x, 1),
      cumulativeSum(x, 0, { exclusive: true }),
      cumulativeSum(x, -1, { reverse: true }),
      cumulativeSum(x, 1, { exclusive: true, reverse: true }),
    ]),
    ofOne('cumulativeSum of nothing', [0, 2], (x) => cumulativeSum(x, 0)),
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 2, time: 1 },
    ],
  },
)
