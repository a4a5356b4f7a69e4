import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  add,
  affine,
  batchNorm,
  concat,
  convolution,
  equal,
  exp,
  expand,
  Graph,
  gather,
  gemm,
  gru,
  layerNorm,
  lstm,
  matmul,
  maxPool,
  reduceSum,
  reshape,
  scan,
  scatterAdd,
  slice,
  softmax,
  split,
  squeeze,
  type Tensor,
  topK,
  transpose,
  where,
} from '../../src/graph/index.js'
import { inputs } from './inputs.js'

describe('mistakes name the operator, the operand, what fits and what was given', () => {
  const graph = new Graph()
  const [x, y, rows, image] = inputs(graph, {
    x: ['batch', 3],
    y: ['time', 3],
    rows: [5, 2],
    image: [1, 4, 8],
  }) as [Tensor, Tensor, Tensor, Tensor]
  const double = graph.input('double', 'float64', ['batch', 3])
  const index = graph.input('index', 'int64', [2])
  const weight = graph.input('weight', 'float32', [6, 3, 3])
  const sequence = graph.input('sequence', 'float32', ['time', 'batch', 3])
  const vector = graph.input('vector', 'float32', [4])

  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['add', () => add(x, y), /add.*operand 1.*\[batch, 3\].*\[time, 3\]/],
    ['add of two types', () => add(x, double), /add.*operand 1.*float32.*float64/],
    ['equal of two types', () => equal(x, index), /equal.*operand 1.*float32.*int64/],
    ['where', () => where(x, x, x), /where.*operand 0.*bool.*float32/],
    ['exp of whole numbers', () => exp(index), /exp.*operand 0.*floating-point.*int64/],
    ['matmul', () => matmul(x, rows), /matmul.*operand 1.*3 rows.*\[5, 2\]/],
    ['gemm', () => gemm(x, rows), /gemm.*operand 1.*inner size 3.*\[5, 2\]/],
    ['affine', () => affine(x, rows), /gemm.*operand 1.*inner size 3/],
    ['reshape', () => reshape(x, ['batch', 4]), /reshape.*operand 0.*\[batch, 4\].*\[batch, 3\]/],
    ['transpose', () => transpose(x, [0, 0]), /transpose.*operand 0.*2 axes.*\[0, 0\]/],
    ['squeeze', () => squeeze(x, 1), /squeeze.*operand 0.*size 1 at axis 1.*\[batch, 3\]/],
    ['expand', () => expand(x, ['batch', 4]), /expand.*operand 0.*\[batch, 4\].*\[batch, 3\]/],
    ['concat', () => concat([x, y], 1), /concat.*operand 1.*\[batch, 3\].*axis 1.*\[time, 3\]/],
    ['split', () => split(x, [1, 1], 1), /split.*operand 0.*add up to 3.*1 \+ 1 = 2/],
    ['slice', () => slice(rows, 0, 3, 9), /slice.*operand 0.*9 elements on axis 0.*5/],
    ['sum', () => reduceSum(x, 2), /sum.*operand 0.*axis 2.*\[batch, 3\]/],
    ['softmax', () => softmax(x, 5), /softmax.*operand 0.*axis 5/],
    ['gather', () => gather(x, rows), /gather.*operand 1.*int64.*rows/],
    [
      'scatterAdd',
      () => scatterAdd(rows, index, rows, 0),
      /scatterAdd.*operand 1.*\[5, 2\].*index/,
    ],
    ['topK', () => topK(x, 4), /topK.*operand 0.*at least 4.*3/],
    ['layerNorm', () => layerNorm(x, vector), /layerNorm.*operand scale.*float32\[3\].*vector/],
    [
      'convolution',
      () => convolution(image, weight),
      /convolution.*operand weight.*4, kernel.*weight float32\[6, 3, 3\]/,
    ],
    [
      'convolution without room',
      () => convolution(image, graph.input('long', 'float32', [2, 4, 9])),
      /convolution.*operand input.*room for a kernel \[9\]/,
    ],
    [
      'convolution with a stride of 0',
      () => convolution(image, weight, { stride: 0 }),
      /convolution, stride.*at least 1.*\[0\]/,
    ],
    ['maxPool', () => maxPool(image, { kernel: 9 }), /maxPool.*operand input.*room.*\[9\]/],
    [
      'padding as long as a window',
      () => maxPool(image, { kernel: 2, padding: 2 }),
      /maxPool.*less padding than 2/,
    ],
    [
      'batchNorm',
      () =>
        batchNorm({
          input: x,
          scale: vector,
          bias: vector,
          runningMean: vector,
          runningVariance: vector,
          training: true,
        }),
      /batchNormTraining.*operand scale.*float32\[3\].*vector/,
    ],
    [
      'lstm',
      () =>
        lstm([
          {
            input: sequence,
            inputWeight: graph.input('wi', 'float32', [8, 4]),
            recurrentWeight: graph.input('wr', 'float32', [8, 2]),
            inputBias: graph.input('bi', 'float32', [8]),
            recurrentBias: graph.input('br', 'float32', [8]),
          },
        ]),
      /lstm.*operand input weight.*\[8, 3\].*wi float32\[8, 4\]/,
    ],
    [
      'gru',
      () =>
        gru([
          {
            input: sequence,
            inputWeight: graph.input('gi', 'float32', [6, 3]),
            recurrentWeight: graph.input('gr', 'float32', [6, 2]),
            inputBias: graph.input('gbi', 'float32', [6]),
            recurrentBias: graph.input('gbr', 'float32', [5]),
          },
        ]),
      /gru.*operand recurrent bias.*\[6\].*gbr float32\[5\]/,
    ],
    [
      'scan with sequences of different lengths',
      () =>
        scan({ initial: [], sequences: [x, y], captures: [] }, (_, [a, b]) => ({
          states: [],
          outputs: [add(a, b)],
        })),
      /scan.*operand 1.*batch steps.*\[time, 3\]/,
    ],
    [
      'scan with a state that changes its shape',
      () =>
        scan({ initial: [vector], sequences: [x], captures: [] }, ([state], [step]) => ({
          states: [concat([state, step], 0)],
          outputs: [],
        })),
      /scan.*operand 0.*float32\[7\].*vector float32\[4\]/,
    ],
  ]
  test.each(cases)('%s', (_, build, message) => {
    let mistake: unknown
    try {
      build()
    } catch (error) {
      mistake = error
    }
    expect(mistake).toBeInstanceOf(LimbicError)
    expect(String(mistake)).toMatch(message)
  })
})

test('a graph of too many operations is refused before it takes all memory', () => {
  const graph = new Graph()
  const one = graph.input('x', 'float32', ['batch'])
  const growing = () => {
    for (let sum = one; ; ) sum = add(sum, one)
  }
  expect(growing).toThrow(
    /the graph of the model is too large: expected at most 200,000 operations/,
  )
})
