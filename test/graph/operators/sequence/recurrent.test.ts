/** What LSTM and GRU have in common: the fastest ONNX for a batch, and operands that are refused. */
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../../src/base/random.js'
import {
  type DataType,
  Graph,
  gru,
  lstm,
  type Tensor,
  writeModel,
} from '../../../../src/graph/index.js'
import { ModelProtoSchema } from '../../../../src/graph/onnx/generated/onnx_pb.js'
import { openSession } from '../../../../src/runtime/node.js'
import type { Value } from '../../../../src/runtime/session.js'
import { hidden, width } from './cases.js'

describe('the fastest way for a batch', () => {
  const units = 16
  const graph = new Graph()
  const lane = (gates: number, name: string) => ({
    input: input(`${name}.x`, ['time', 'batch', width]),
    inputWeight: input(`${name}.inputWeight`, [gates * units, width]),
    recurrentWeight: input(`${name}.recurrentWeight`, [gates * units, units]),
    inputBias: input(`${name}.inputBias`, [gates * units]),
    recurrentBias: input(`${name}.recurrentBias`, [gates * units]),
  })
  const input = (name: string, shape: (string | number)[]) => graph.input(name, 'float32', shape)
  const known = graph.input('lengths', 'int64', ['batch'])
  const layers = {
    gru: gru([lane(3, 'a'), { ...lane(3, 'b'), reversed: true }], known),
    lstm: lstm([lane(4, 'c'), { ...lane(4, 'd'), reversed: true }], known),
  }

  function model(kind: keyof typeof layers, batch?: number) {
    const outputs = new Map(
      layers[kind].flatMap(({ outputs, hidden }, index) => [
        [`outputs.${index}`, outputs] as const,
        [`hidden.${index}`, hidden] as const,
      ]),
    )
    return writeModel({ inputs: graph.inputs, outputs, ...(batch && { batch }) })
  }
  const operators = (bytes: Uint8Array) =>
    new Set(fromBinary(ModelProtoSchema, bytes).graph?.node.map(({ opType }) => opType))

  test("a GRU is a loop for large batches, ONNX's layer for small or unknown ones", () => {
    expect(operators(model('gru', 64))).toContain('Scan')
    expect(operators(model('gru', 64))).not.toContain('GRU')
    for (const bytes of [model('gru', 63), model('gru')]) {
      expect(operators(bytes)).toContain('GRU')
      expect(operators(bytes)).not.toContain('Scan')
    }
  })

  test("an LSTM is always ONNX's layer", () => {
    expect(operators(model('lstm', 4096))).toContain('LSTM')
    expect(operators(model('lstm', 4096))).not.toContain('Scan')
  })

  test('an LSTM whose cells are read step by step is a loop', () => {
    const [layer] = layers.lstm
    const outputs = new Map([['cells', layer?.cells as Tensor]])
    const written = operators(writeModel({ inputs: graph.inputs, outputs }))
    expect(written).toContain('Scan')
    expect(written).not.toContain('LSTM')
  })

  test('both ways give the same', async () => {
    const stream = new RandomStream(3, 'recurrent')
    const given = new Map<string | number, number>([
      ['time', 6],
      ['batch', 5],
    ])
    const feeds = new Map<string, Value>()
    for (const [name, { dataType, shape: symbolic }] of graph.inputs) {
      const shape = symbolic.map((size) => given.get(size) ?? Number(size))
      const count = shape.reduce((product, size) => product * size, 1)
      feeds.set(
        name,
        dataType === 'int64'
          ? { dataType, shape, data: BigInt64Array.of(6n, 1n, 4n, 6n, 2n) }
          : {
              dataType: 'float32',
              shape,
              data: Float32Array.from({ length: count }, () => stream.normal()),
            },
      )
    }
    const results = await Promise.all(
      [model('gru'), model('gru', 64)].map(async (bytes) => {
        const session = await openSession(bytes, { threads: 1 })
        const found = await session.run(feeds)
        await session.close()
        return found
      }),
    )
    const [layer, loop] = results as [Map<string, Value>, Map<string, Value>]
    expect([...loop.keys()]).toEqual([...layer.keys()])
    for (const [name, { data }] of layer) {
      const other = loop.get(name)?.data as Float32Array
      for (const [index, value] of (data as Float32Array).entries()) {
        expect(Math.abs(value - (other[index] as number))).toBeLessThan(1e-5)
      }
    }
  })
})

describe('operands that do not fit are refused while the graph is built', () => {
  const graph = new Graph()
  const input = (shape: (string | number)[], dataType: DataType = 'float32') =>
    graph.input(graph.freshDimension('operand'), dataType, shape)
  const lane = (gates: number) => ({
    input: input(['time', 'batch', width]),
    inputWeight: input([gates * hidden, width]),
    recurrentWeight: input([gates * hidden, hidden]),
    inputBias: input([gates * hidden]),
    recurrentBias: input([gates * hidden]),
  })

  test('lengths that are no whole numbers', () => {
    expect(() => lstm([lane(4)], input(['batch']))).toThrow(
      /operand lengths has the wrong type or shape: expected int64\[batch\], got operand#\d+ float32\[batch\]/,
    )
  })
  test('numbers of double precision, which ONNX Runtime has no layer for', () => {
    const double = { ...lane(3), input: input(['time', 'batch', width], 'float64') }
    expect(() => gru([double])).toThrow(
      /operand input has the wrong type or shape: expected float32/,
    )
    const bias = { ...lane(3), inputBias: input([3 * hidden], 'float64') }
    expect(() => gru([bias])).toThrow(
      /operand input bias has the wrong type or shape: expected float32\[6\]/,
    )
  })
  test('lanes of different times, or batches', () => {
    const later = { ...lane(4), input: input(['later', 'batch', width]) }
    expect(() => lstm([lane(4), later])).toThrow(
      /operand input of lane 1 has the wrong type or shape: expected \[time, batch, width\], got .*\[later, batch, 3\]/,
    )
  })
  test('a first state for one lane alone', () => {
    const initial = input(['batch', hidden])
    expect(() => gru([{ ...lane(3), initial }, lane(3)])).toThrow(
      /operand initial state has the wrong type or shape: expected float32\[batch, 2\], got nothing/,
    )
  })
})
