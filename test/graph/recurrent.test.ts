import { fromBinary } from '@bufbuild/protobuf'
import { expect, describe as group, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import {
  type DataType,
  Graph,
  type GruLane,
  gru,
  type LstmLane,
  lstm,
  multiply,
  type Tensor,
  writeModel,
} from '../../src/graph/index.js'
import { ModelProtoSchema } from '../../src/graph/onnx/generated/onnx_pb.js'
import { openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'
import {
  describeGradients,
  type GradientCase,
  integers,
  type Operand,
  type Sizes,
} from '../support/gradients.js'

const sizes: readonly Sizes[] = [
  { time: 4, batch: 3 },
  { time: 5, batch: 2 },
  { time: 1, batch: 1 },
]

/** Each from 1 to the number of steps: the sizes above must allow them. */
const lengths: Operand = {
  shape: ['batch'],
  dataType: 'int64',
  values: (shape, random) => {
    const [batch = 1] = shape
    const time = sizes.find((one) => one.batch === batch)?.time ?? 1
    return integers(1, time + 1)(shape, random)
  },
}

const hidden = 2
const width = 3

function weights(gates: number, lane: string, inputs = width): GradientCase['operands'] {
  return {
    [`${lane}.x`]: ['time', 'batch', inputs],
    [`${lane}.inputWeight`]: [gates * hidden, inputs],
    [`${lane}.recurrentWeight`]: [gates * hidden, hidden],
    [`${lane}.inputBias`]: [gates * hidden],
    [`${lane}.recurrentBias`]: [gates * hidden],
    [`${lane}.hidden`]: ['batch', hidden],
    [`${lane}.cell`]: ['batch', hidden],
  }
}

type Operands = Parameters<GradientCase['build']>[0]

const at = (operands: Operands, lane: string, name: string) => operands[`${lane}.${name}`] as Tensor

function layer(operands: Operands, lane: string) {
  return {
    input: at(operands, lane, 'x'),
    inputWeight: at(operands, lane, 'inputWeight'),
    recurrentWeight: at(operands, lane, 'recurrentWeight'),
    inputBias: at(operands, lane, 'inputBias'),
    recurrentBias: at(operands, lane, 'recurrentBias'),
  }
}

/** Operands that a variant leaves out would only be zeros in the comparison. */
function keep(operands: GradientCase['operands'], initial: boolean, cells: boolean) {
  return Object.fromEntries(
    Object.entries(operands).filter(
      ([name]) =>
        (initial || !name.endsWith('.hidden')) && ((initial && cells) || !name.endsWith('.cell')),
    ),
  )
}

interface Variant {
  readonly reversed: boolean
  readonly packed: boolean
  readonly initial: boolean
}

const choices = [false, true]
const variants: readonly Variant[] = choices.flatMap((reversed) =>
  choices.flatMap((packed) => choices.map((initial) => ({ reversed, packed, initial }))),
)

const describe = ({ reversed, packed, initial }: Variant) =>
  [reversed && 'reversed', packed && 'with lengths', initial && 'with first states']
    .filter(Boolean)
    .join(', ') || 'plain'

const lstmCase = (variant: Variant): GradientCase => ({
  name: `lstm: ${describe(variant)}`,
  dataType: 'float32',
  operands: {
    ...keep(weights(4, 'a'), variant.initial, true),
    ...(variant.packed && { lengths }),
  },
  build: (operands) => {
    const [result] = lstm([lane(operands, 'a', variant)], operands.lengths)
    return Object.values(result as object) as Tensor[]
  },
})

function lane(operands: Operands, name: string, { reversed, initial }: Variant): LstmLane {
  const states = { hidden: at(operands, name, 'hidden'), cell: at(operands, name, 'cell') }
  return { ...layer(operands, name), reversed, ...(initial && { initial: states }) }
}

describeGradients(
  'lstm',
  [
    ...variants.map(lstmCase),
    ...(['outputs', 'hidden', 'cell'] as const).map(
      (wanted): GradientCase => ({
        name: `lstm: the gradient of ${wanted} alone`,
        dataType: 'float32',
        operands: { ...keep(weights(4, 'a'), false, true), lengths },
        build: (operands) => {
          const variant = { reversed: true, packed: true, initial: false }
          const [result] = lstm([lane(operands, 'a', variant)], operands.lengths)
          return result?.[wanted] as Tensor
        },
      }),
    ),
    ...choices.map(
      (packed): GradientCase => ({
        name: `lstm: lanes of both directions and of different widths${packed ? ', with lengths' : ''}`,
        dataType: 'float32',
        operands: {
          ...weights(4, 'a'),
          ...weights(4, 'b', 1),
          ...weights(4, 'c'),
          ...(packed && { lengths }),
        },
        build: (operands) => {
          const lanes = ['a', 'b', 'c'].map((name, index) =>
            lane(operands, name, { reversed: index === 1, packed, initial: true }),
          )
          return lstm(lanes, operands.lengths).flatMap((result) => [
            result.outputs,
            multiply(result.hidden, result.cell),
          ])
        },
      }),
    ),
    {
      name: 'lstm: two layers, one on the other',
      dataType: 'float32',
      operands: {
        ...keep(weights(4, 'a'), false, true),
        ...Object.fromEntries(
          Object.entries(keep(weights(4, 'b', hidden), false, true)).filter(
            ([name]) => name !== 'b.x',
          ),
        ),
        lengths,
      },
      build: (operands) => {
        const variant = { reversed: false, packed: true, initial: false }
        const [first] = lstm([lane(operands, 'a', variant)], operands.lengths)
        const above = { ...lane(operands, 'b', variant), input: first?.outputs as Tensor }
        const [second] = lstm([above], operands.lengths)
        return second?.outputs as Tensor
      },
    },
  ],
  { sizes, inference: true },
)

function gruLane(operands: Operands, name: string, { reversed, initial }: Variant): GruLane {
  return {
    ...layer(operands, name),
    reversed,
    ...(initial && { initial: at(operands, name, 'hidden') }),
  }
}

describeGradients(
  'gru',
  [
    ...variants.map(
      (variant): GradientCase => ({
        name: `gru: ${describe(variant)}`,
        dataType: 'float32',
        operands: {
          ...keep(weights(3, 'a'), variant.initial, false),
          ...(variant.packed && { lengths }),
        },
        build: (operands) => {
          const [result] = gru([gruLane(operands, 'a', variant)], operands.lengths)
          return Object.values(result as object) as Tensor[]
        },
      }),
    ),
    ...(['outputs', 'hidden'] as const).map(
      (wanted): GradientCase => ({
        name: `gru: the gradient of ${wanted} alone`,
        dataType: 'float32',
        operands: { ...keep(weights(3, 'a'), false, false), lengths },
        build: (operands) => {
          const variant = { reversed: false, packed: true, initial: false }
          const [result] = gru([gruLane(operands, 'a', variant)], operands.lengths)
          return result?.[wanted] as Tensor
        },
      }),
    ),
    ...choices.map(
      (packed): GradientCase => ({
        name: `gru: lanes of both directions and of different widths${packed ? ', with lengths' : ''}`,
        dataType: 'float32',
        operands: {
          ...keep(weights(3, 'a'), true, false),
          ...keep(weights(3, 'b', 1), true, false),
          ...keep(weights(3, 'c'), true, false),
          ...(packed && { lengths }),
        },
        build: (operands) => {
          const lanes = ['a', 'b', 'c'].map((name, index) =>
            gruLane(operands, name, { reversed: index === 1, packed, initial: true }),
          )
          return gru(lanes, operands.lengths).flatMap(({ outputs, hidden: last }) => [
            outputs,
            multiply(last, last),
          ])
        },
      }),
    ),
  ],
  { sizes, inference: true },
)

group('the fastest way for a batch', () => {
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

group('operands that do not fit are refused while the graph is built', () => {
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
