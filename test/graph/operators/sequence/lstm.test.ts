import { type LstmLane, lstm, multiply, type Tensor } from '../../../../src/graph/index.js'
import { describeGradients, type GradientCase } from '../../../support/gradients/index.js'
import {
  at,
  choices,
  hidden,
  keep,
  layer,
  lengths,
  nameOf,
  type Operands,
  sizes,
  type Variant,
  variants,
  weights,
} from './cases.js'

const lstmCase = (variant: Variant): GradientCase => ({
  name: `lstm: ${nameOf(variant)}`,
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
    ...(['outputs', 'hidden', 'cell', 'cells'] as const).map(
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
            result.cells,
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
