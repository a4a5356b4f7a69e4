import { type LstmLane, lstm, multiply, type Tensor } from '../../../../src/graph/index.js'
import { describeGradients } from '../../../support/gradients/index.js'
import {
  at,
  hidden,
  keep,
  layer,
  lengths,
  type Operands,
  recurrentCases,
  sizes,
  type Variant,
  weights,
} from './cases.js'

function lane(operands: Operands, name: string, { reversed, initial }: Variant): LstmLane {
  const states = { hidden: at(operands, name, 'hidden'), cell: at(operands, name, 'cell') }
  return { ...layer(operands, name), reversed, ...(initial && { initial: states }) }
}

describeGradients(
  'lstm',
  [
    ...recurrentCases({
      ...{ name: 'lstm', gates: 4, cells: true, lane, apply: lstm },
      several: (result) => [result.outputs, result.cells, multiply(result.hidden, result.cell)],
      alone: ['outputs', 'hidden', 'cell', 'cells'],
    }),
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
