/** Rewriting: each rule spares what it says, and neither writing nor counting changes a graph. */
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import {
  add,
  attention,
  averageAttention,
  convolution,
  countFlops,
  expand,
  Graph,
  gradients,
  lstm,
  matmul,
  multiply,
  positions,
  reduceSum,
  sizeOf,
  type Tensor,
  tanh,
  transpose,
  writeModel,
} from '../../src/graph/index.js'
import { type GraphProto, ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { rules } from '../../src/graph/rewrite/rewrite.js'
import { openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'

/** The operators that outputs are written with, those of loops included. */
function written(graph: Graph, ...outputs: readonly Tensor[]): string[] {
  const named = new Map(outputs.map((tensor, place) => [`out.${place}`, tensor]))
  const bytes = writeModel({ inputs: graph.inputs, outputs: named })
  return operatorsOf(fromBinary(ModelProtoSchema, bytes).graph)
}

function operatorsOf(graph: GraphProto | undefined): string[] {
  return (graph?.node ?? []).flatMap(({ opType, attribute }) => [
    opType,
    ...attribute.flatMap(({ g }) => (g ? operatorsOf(g) : [])),
  ])
}

async function resultsOf(bytes: Uint8Array, feeds: ReadonlyMap<string, Value>) {
  const session = await openSession(bytes, { threads: 1 })
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}

describe('rules', () => {
  test('of two transpositions one remains, or none', () => {
    const graph = new Graph()
    const x = tanh(graph.input('x', 'float32', [2, 3, 4]))
    expect(written(graph, transpose(transpose(x, [2, 0, 1]), [1, 0, 2]))).toEqual([
      'Tanh',
      'Transpose',
    ])
    expect(written(graph, transpose(transpose(x, [2, 0, 1]), [1, 2, 0]))).toEqual(['Tanh'])
  })

  test('equal results of a rule are computed once', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [2, 3])
    const back = transpose(transpose(x))
    expect(written(graph, add(tanh(back), tanh(x)))).toEqual(['Tanh', 'Add'])
  })

  test('the gradient of a transposed factor is born transposed', () => {
    const graph = new Graph()
    const [x, y] = [graph.input('x', 'float32', [2, 4, 3]), graph.input('y', 'float32', [2, 5, 3])]
    const [toY] = gradients(reduceSum(tanh(matmul(x, transpose(y)))), [y])
    const operators = written(graph, toY as Tensor)
    // One turns the factor, one the gradient of the product.
    expect(operators.filter((name) => name === 'Transpose')).toHaveLength(2)
    expect(operators.filter((name) => name === 'MatMul')).toHaveLength(2)
  })

  test('a product that is read elsewhere too is computed once', () => {
    const graph = new Graph()
    const [x, y] = [graph.input('x', 'float32', [4, 3]), graph.input('y', 'float32', [4, 5])]
    const product = matmul(transpose(x), y)
    const operators = written(graph, transpose(product), product)
    expect(operators.filter((name) => name === 'MatMul')).toHaveLength(1)
  })

  test('an operand is not broadcast before an elementwise operator that broadcasts it anyway', () => {
    const graph = new Graph()
    const [x, y] = [graph.input('x', 'float32', [1, 3]), graph.input('y', 'float32', ['batch', 3])]
    const stretched = expand(x, ['batch', 3])
    expect(written(graph, multiply(stretched, y))).toEqual(['Mul'])
    expect(written(graph, multiply(stretched, stretched))).toContain('Expand')
  })

  test('a sum of rows is a product with ones, that of columns is a sum', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 'time', 3])
    expect(written(graph, reduceSum(x, [0, 1]))).toContain('Gemm')
    expect(written(graph, reduceSum(x, 2))).toEqual(['ReduceSum'])
  })

  test('the gradient of a convolution in steps of one is a convolution, in steps of two it is not', () => {
    const graph = new Graph()
    const operators = [1, 2].flatMap((axes) =>
      [1, 2].map((stride) => {
        const sizes = Array.from({ length: axes }, () => 20)
        const kernel = Array.from({ length: axes }, () => 3)
        const x = graph.input(`x${axes}${stride}`, 'float32', ['batch', 2, ...sizes])
        const weight = graph.input(`w${axes}${stride}`, 'float32', [4, 2, ...kernel])
        const [toX] = gradients(reduceSum(convolution(x, weight, { stride })), [x])
        return written(graph, toX as Tensor)
      }),
    )
    const isConvolution = operators.map(
      (names) => names.includes('Conv') && !names.includes('ConvTranspose'),
    )
    expect(isConvolution).toEqual([true, false, true, false])
  })

  test('sizes and positions are read from an input: nothing is computed for its size', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 'time', 3])
    const made = tanh(x)
    const operators = written(graph, sizeOf(made, 0), positions(made, 1), positions(x, 1))
    expect(operators).not.toContain('Tanh')
    expect(operators.filter((name) => name === 'Range')).toHaveLength(1)
  })

  test('sizes are not read from an input that the model does not have', () => {
    const graph = new Graph()
    const absent = graph.input('absent', 'float32', ['batch'])
    const x = graph.input('x', 'float32', ['batch', 3])
    const inputs = new Map([['x', x]])
    expect(absent.shape).toEqual(['batch'])
    const bytes = writeModel({ inputs, outputs: new Map([['steps', positions(tanh(x), 0)]]) })
    expect(operatorsOf(fromBinary(ModelProtoSchema, bytes).graph)).toContain('Range')
  })

  test('attention over few steps is written without a loop, and gives the same', async () => {
    const graph = new Graph()
    const input = (name: string) => graph.input(name, 'float32', ['batch', 2, 'time', 3])
    const [query, key, value] = [input('query'), input('key'), input('value')]
    const shares = graph.input('shares', 'float32', ['batch', 2, 1, 'time'])
    const operands = { query, key, value, scale: 0.7 }
    const outputs = new Map([
      ['each', attention(operands)],
      ['average', averageAttention(operands, shares)],
    ])
    const write = (longest?: ReadonlyMap<string, number>) =>
      writeModel({ inputs: graph.inputs, outputs, ...(longest && { longest }) })
    const loops = (bytes: Uint8Array) =>
      operatorsOf(fromBinary(ModelProtoSchema, bytes).graph).filter((name) => name === 'Scan')
        .length
    const [looped, plain] = [write(), write(new Map([['time', 5]]))]
    expect([loops(looped), loops(plain)]).toEqual([2, 0])
    expect(loops(write(new Map([['time', 500]])))).toBe(2)
    const feeds = new Map(
      [...graph.inputs.keys()].map((name, place): [string, Value] => {
        const shape = name === 'shares' ? [4, 2, 1, 5] : [4, 2, 5, 3]
        const size = shape.reduce((one, other) => one * other)
        const data = Float32Array.from({ length: size }, (_, at) => Math.sin(at + place))
        return [name, { dataType: 'float32', shape, data }]
      }),
    )
    const [before, after] = await Promise.all(
      [looped, plain].map((bytes) => resultsOf(bytes, feeds)),
    )
    for (const name of outputs.keys()) {
      const [one, other] = [before?.get(name), after?.get(name)]
      expect(other?.shape).toEqual(one?.shape)
      expect(one?.data.length).toBeGreaterThan(0)
      one?.data.forEach((number, at) => {
        expect(Number(other?.data[at])).toBeCloseTo(Number(number), 6)
      })
    }
  })

  test('each rule says in a line what it does', () => {
    const titles = rules.map(({ title }) => title)
    expect(new Set(titles).size).toBe(rules.length)
    expect(titles.every((title) => /^[a-z].*[^.]$/.test(title))).toBe(true)
  })
})

describe('writing and counting leave the graph as it is', () => {
  /** A recurrent layer, its gradient, and what every rule finds something in. */
  function everything() {
    const graph = new Graph()
    const steps = graph.input('steps', 'float32', ['time', 'batch', 3])
    const lane = {
      input: transpose(transpose(steps, [1, 0, 2]), [1, 0, 2]),
      inputWeight: graph.input('w', 'float32', [8, 3]),
      recurrentWeight: graph.input('r', 'float32', [8, 2]),
      inputBias: graph.input('b', 'float32', [8]),
      recurrentBias: graph.input('c', 'float32', [8]),
    }
    const [result] = lstm([lane])
    const loss = reduceSum(result?.outputs as Tensor)
    const found = gradients(loss, [lane.inputWeight, lane.inputBias])
    const outputs = new Map([loss, ...found].map((tensor, place) => [`out.${place}`, tensor]))
    return { graph, outputs, write: () => writeModel({ inputs: graph.inputs, outputs }) }
  }
  const sizes = new Map([
    ['time', 4],
    ['batch', 2],
  ])

  test('a model is the same bytes whatever was written or counted before', () => {
    const first = everything().write()
    const { outputs, write } = everything()
    countFlops([...outputs.values()], sizes)
    expect(write()).toEqual(first)
    expect(write()).toEqual(first)
  })

  test('counting gives the same after a model was written for large batches', () => {
    const { graph, outputs } = everything()
    const count = () => countFlops([...outputs.values()], sizes)
    const before = count()
    writeModel({ inputs: graph.inputs, outputs, batch: 4096 })
    expect(count()).toEqual(before)
  })

  test('what is built afterwards gets the numbers that it would have had', () => {
    const plain = everything()
    const counted = everything()
    countFlops([...counted.outputs.values()], sizes)
    counted.write()
    const [next, same] = [plain, counted].map(({ outputs }) => tanh(outputs.get('out.1') as Tensor))
    expect(same?.id).toBe(next?.id)
  })

  test('the steps of a recurrent layer are computed once where its gradient needs them', () => {
    const { graph, outputs } = everything()
    const operators = written(graph, ...outputs.values())
    expect(operators).not.toContain('LSTM')
    expect(operators.filter((name) => name === 'Scan')).toHaveLength(2)
  })
})
