import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  add,
  affine,
  batchNorm,
  concat,
  convolution,
  countFlops,
  countParameters,
  type DataType,
  dropout,
  equal,
  exp,
  expand,
  Graph,
  type GruResult,
  gather,
  gemm,
  gradients,
  gru,
  layerNorm,
  less,
  listGraph,
  lstm,
  matmul,
  maxPool,
  multiply,
  nodesInOrder,
  type Operator,
  pad,
  pullBack,
  reduceMean,
  reduceSum,
  reshape,
  type Shape,
  scan,
  scatterAdd,
  slice,
  softmax,
  split,
  square,
  squeeze,
  stopGradient,
  subtract,
  type Tensor,
  tanh,
  topK,
  transpose,
  where,
  writeModel,
} from '../../src/graph/index.js'
import { ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { openSession } from '../../src/runtime/node.js'
import { evaluate } from '../reference/evaluate.js'
import { fromValue, toValue } from '../support/gradients.js'

const initialiser = { fill: () => {} }

function inputs(
  graph: Graph,
  shapes: Readonly<Record<string, Shape>>,
  dataType: DataType = 'float32',
) {
  return Object.entries(shapes).map(([name, shape]) => graph.input(name, dataType, shape))
}

function value(tensor: Tensor | undefined, feeds: Readonly<Record<string, number>>): number {
  const arrays = new Map(
    Object.entries(feeds).map(([name, number]) => [name, { shape: [], data: [number] }]),
  )
  return evaluate([tensor as Tensor], arrays)[0]?.data[0] as number
}

describe('gradients', () => {
  test('a source without influence gets zeros of its own shape and type', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const other = graph.input('other', 'float64', [3, 2])
    const [toX, toOther] = gradients(reduceSum(square(x)), [x, other]) as [Tensor, Tensor]
    expect(toOther.dataType).toBe('float64')
    const feeds = new Map([[x, { shape: [2], data: [1, -2] }]])
    expect(evaluate([toX, toOther], feeds)).toEqual([
      { shape: [2], data: [2, -4] },
      { shape: [3, 2], data: [0, 0, 0, 0, 0, 0] },
    ])
  })

  test('nothing passes stopGradient', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const loss = multiply(x, stopGradient(square(x)))
    expect(value(gradients(loss, [x])[0], { x: 3 })).toBe(9)
    expect(value(gradients(stopGradient(x), [x])[0], { x: 3 })).toBe(0)
  })

  test('what is used several times collects the gradient of every use', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const shared = square(x)
    const loss = add(multiply(shared, shared), multiply(shared, 3))
    // x^4 + 3 x^2
    expect(value(gradients(loss, [x])[0], { x: 2 })).toBe(4 * 8 + 6 * 2)
  })

  test('with respect to something in the middle, and to the loss itself', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const middle = exp(x)
    const loss = square(middle)
    const found = gradients(loss, [middle, loss])
    expect(value(found[0], { x: 0 })).toBe(2)
    expect(value(found[1], { x: 0 })).toBe(1)
  })

  test('of a gradient: second derivatives', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const [first] = gradients(multiply(square(x), x), [x]) as [Tensor]
    const [second] = gradients(first, [x])
    expect(value(second, { x: 5 })).toBe(30)
  })

  test('a loss that is not one number is refused', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 2] }) as [Tensor]
    expect(() => gradients(x, [x])).toThrow(
      /a floating-point scalar.*expected shape \[\].*\[batch, 2\]/,
    )
    const count = graph.input('count', 'int64', [])
    expect(() => gradients(count, [count])).toThrow(LimbicError)
  })

  test('an operator without a gradient is named', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [3] }) as [Tensor]
    const mystery: Operator<object, readonly [Tensor]> = {
      name: 'mystery',
      infer: ([{ dataType, shape }]) => [{ dataType, shape }],
      lower: () => {},
    }
    const [odd] = graph.apply(mystery, [x], {}).outputs
    expect(() => gradients(reduceSum(odd), [x])).toThrow(/mystery has no gradient.*stopGradient/)
  })

  test('comparisons on the way are constant', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const loss = where(less(x, 0), multiply(x, 2), multiply(x, 5))
    const [found] = gradients(loss, [x])
    expect([value(found, { x: -1 }), value(found, { x: 1 })]).toEqual([2, 5])
  })

  test('pullBack leaves out what has no influence', () => {
    const graph = new Graph()
    const [x, y] = inputs(graph, { x: [2], y: [2] }) as [Tensor, Tensor]
    const gradientOf = pullBack([tanh(x)], [expand(graph.scalar(1), [2])], [x, y])
    expect(gradientOf(x)?.shape).toEqual([2])
    expect(gradientOf(y)).toBeUndefined()
  })
})

describe('graphs', () => {
  test('equal applications are one node', () => {
    const graph = new Graph()
    const [x, y] = inputs(graph, { x: [2, 3], y: [2, 3] }) as [Tensor, Tensor]
    expect(add(x, y)).toBe(add(x, y))
    expect(add(x, y)).not.toBe(add(y, x))
    expect(reduceSum(x, [0, 1])).toBe(reduceSum(x, [-1, 0]))
    expect(reduceSum(x, 0)).not.toBe(reduceSum(x, 0, true))
    expect(multiply(x, 2)).toBe(multiply(x, 2))
    expect(multiply(x, 0)).not.toBe(multiply(x, -0))
    expect(pad(x, [1, 0], [0, 0], Number.POSITIVE_INFINITY)).not.toBe(
      pad(x, [1, 0], [0, 0], Number.NEGATIVE_INFINITY),
    )
  })

  test('each dropout has a mask of its own, which the graph knows of', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 4] }) as [Tensor]
    const [first, second] = [dropout(x, 0.5), dropout(x, 0.25)]
    expect(first).not.toBe(second)
    expect(dropout(x, 0)).toBe(x)
    expect(graph.dropoutMasks.map(({ probability }) => probability)).toEqual([0.5, 0.25])
    expect(graph.dropoutMasks.map(({ tensor }) => tensor.shape)).toEqual([
      ['batch', 4],
      ['batch', 4],
    ])
    const [mask] = graph.dropoutMasks
    const feeds = new Map([
      [x, { shape: [1, 4], data: [1, 2, 3, 4] }],
      [mask?.tensor as Tensor, { shape: [1, 4], data: [0, 2, 2, 0] }],
    ])
    expect(evaluate([first], feeds)[0]?.data).toEqual([0, 4, 6, 0])
    for (const probability of [1, -0.1, Number.NaN]) {
      expect(() => dropout(x, probability)).toThrow(LimbicError)
    }
  })

  test('names of inputs and parameters are taken once', () => {
    const graph = new Graph()
    graph.input('x', 'float32', [1])
    graph.parameter('w', [1], initialiser)
    expect(() => graph.input('w', 'float32', [1])).toThrow(/"w" is taken/)
    expect(() => graph.parameter('x', [1], initialiser)).toThrow(/"x" is taken/)
  })

  test('tensors of two graphs do not mix', () => {
    const [x] = inputs(new Graph(), { x: [2] }) as [Tensor]
    const [y] = inputs(new Graph(), { y: [2] }) as [Tensor]
    expect(() => add(x, y)).toThrow(/add, operand 1: a tensor belongs to another graph/)
  })

  test('nodesInOrder gives each node after those that it needs', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const shared = exp(x)
    const names = nodesInOrder([add(tanh(shared), shared)]).map(({ operator }) => operator.name)
    expect(names).toEqual(['exp', 'tanh', 'add'])
  })
})

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

describe('models', () => {
  test('stored weights need not be fed', async () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 2] }) as [Tensor]
    const weight = graph.parameter('layer/weight', [3, 2], initialiser)
    const y = affine(x, weight)
    const model = writeModel({
      inputs: new Map([['x', x]]),
      outputs: new Map([['y', y]]),
      weights: new Map([['layer/weight', Float32Array.of(1, 0, 0, 1, 1, 1)]]),
    })
    const session = await openSession(model, { threads: 1 })
    expect(session.inputNames).toEqual(['x'])
    const feeds = new Map([['x', toValue('float32', { shape: [2, 2], data: [1, 2, 3, 4] })]])
    const results = await session.run(feeds)
    expect(fromValue(results.get('y') as never)).toEqual({
      shape: [2, 3],
      data: [1, 2, 3, 3, 4, 7],
    })
    await session.close()
  })

  test('weights that nothing reads are not stored', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const used = graph.parameter('used', [2], initialiser)
    graph.parameter('unused', [2], initialiser)
    const weights = new Map(
      ['used', 'unused'].map((name) => [name, Float32Array.of(1, 2)] as const),
    )
    const outputs = new Map([['y', add(x, used)]])
    const model = writeModel({ inputs: graph.inputs, outputs, weights })
    const { graph: written } = fromBinary(ModelProtoSchema, model)
    expect(written?.initializer.map(({ name }) => name)).toEqual(['used'])
  })

  test('what is neither fed nor stored is named', () => {
    const graph = new Graph()
    const weight = graph.parameter('layer/weight', [3], initialiser)
    const outputs = new Map([['y', tanh(weight)]])
    expect(() => writeModel({ inputs: new Map(), outputs })).toThrow(/layer\/weight/)
    expect(() => writeModel({ inputs: new Map(), outputs: new Map() })).toThrow(
      /needs at least one output/,
    )
  })

  test('an input can be an output, and one tensor two outputs', async () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const outputs = new Map([
      ['same', x],
      ['one', tanh(x)],
      ['two', tanh(x)],
    ])
    const session = await openSession(writeModel({ inputs: graph.inputs, outputs }), { threads: 1 })
    const results = await session.run(
      new Map([['x', toValue('float32', { shape: [2], data: [0, 0] })]]),
    )
    expect([...results.keys()]).toEqual(['same', 'one', 'two'])
    await session.close()
  })
})

describe('listing', () => {
  const graph = new Graph()
  const [x] = inputs(graph, { x: ['batch', 'time', 4] }) as [Tensor]
  const weight = graph.parameter('encoder/weight', [3, 4], initialiser)
  graph.parameter('encoder/mean', [7], initialiser, false)
  const y = reduceMean(tanh(affine(x, weight)), 1)

  test('a line for each node', () => {
    const [first, second] = listGraph([y]).split('\n')
    expect(first).toMatch(/^%\d+ reshape\(x\) float32\[batch\*time, 4\]$/)
    expect(second).toMatch(/^%\d+ gemm\(%\d+, encoder\/weight\) float32\[batch\*time, 3\]$/)
    expect(listGraph([subtract(x, 1)])).toMatch(/subtract\(x, 1\) float32\[batch, time, 4\]$/)
  })

  test('parameters that are trained', () => {
    expect(countParameters(graph)).toBe(12)
  })

  test('operations by operator', () => {
    const sizes = new Map([
      ['batch', 2],
      ['time', 5],
    ])
    const { total, byOperator } = countFlops([y], sizes)
    expect(Object.fromEntries(byOperator)).toEqual({ gemm: 2 * 10 * 3 * 4, tanh: 30, mean: 30 })
    expect([...byOperator.keys()][0]).toBe('gemm')
    expect(total).toBe(300)
    expect(() => countFlops([y], new Map([['batch', 2]]))).toThrow(/"(batch\*)?time"/)
  })

  test('a recurrent layer counts once, whether its gradient is built or not', () => {
    const layers = new Graph()
    const [steps, wi, wr, b] = inputs(layers, {
      steps: [5, 2, 3],
      wi: [12, 3],
      wr: [12, 4],
      b: [12],
    }) as [Tensor, Tensor, Tensor, Tensor]
    const operands = {
      input: steps,
      inputWeight: wi,
      recurrentWeight: wr,
      inputBias: b,
      recurrentBias: b,
    }
    const { outputs } = gru([operands])[0] as GruResult
    const before = countFlops([outputs], new Map())
    expect(before.total).toBe(2 * 5 * 2 * (12 * 3 + 12 * 4))
    const [gradient] = gradients(reduceSum(outputs), [wi]) as [Tensor]
    expect(countFlops([outputs], new Map())).toEqual(before)
    const both = countFlops([outputs, gradient], new Map())
    expect(both.byOperator.has('gru')).toBe(false)
    expect(both.total).toBeGreaterThan(2 * before.total)
  })
})
