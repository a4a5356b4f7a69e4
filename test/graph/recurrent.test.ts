import {
  type GruLane,
  gru,
  type LstmLane,
  lstm,
  multiply,
  type Tensor,
} from '../../src/graph/index.js'
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
