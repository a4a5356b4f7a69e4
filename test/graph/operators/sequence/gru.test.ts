import { type GruLane, gru, multiply, type Tensor } from '../../../../src/graph/index.js'
import { describeGradients, type GradientCase } from '../../../support/gradients/index.js'
import {
  at,
  choices,
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
        name: `gru: ${nameOf(variant)}`,
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
