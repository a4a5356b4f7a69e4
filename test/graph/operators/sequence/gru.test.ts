import { type GruLane, gru, multiply } from '../../../../src/graph/index.js'
import { describeGradients } from '../../../support/gradients/index.js'
import { at, layer, type Operands, recurrentCases, sizes, type Variant } from './cases.js'

function lane(operands: Operands, name: string, { reversed, initial }: Variant): GruLane {
  return {
    ...layer(operands, name),
    reversed,
    ...(initial && { initial: at(operands, name, 'hidden') }),
  }
}

describeGradients(
  'gru',
  recurrentCases({
    ...{ name: 'gru', gates: 3, cells: false, lane, apply: gru },
    several: ({ outputs, hidden }) => [outputs, multiply(hidden, hidden)],
    alone: ['outputs', 'hidden'],
  }),
  { sizes, inference: true },
)
