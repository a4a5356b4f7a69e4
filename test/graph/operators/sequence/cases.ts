import type { Tensor } from '../../../../src/graph/index.js'
import {
  type GradientCase,
  integers,
  type Operand,
  type Sizes,
} from '../../../support/gradients/index.js'

export const sizes: readonly Sizes[] = [
  { time: 4, batch: 3 },
  { time: 5, batch: 2 },
  { time: 1, batch: 1 },
]

/** Each from 1 to the number of steps: the sizes above must allow them. */
export const lengths: Operand = {
  shape: ['batch'],
  dataType: 'int64',
  values: (shape, random) => {
    const [batch = 1] = shape
    const time = sizes.find((one) => one.batch === batch)?.time ?? 1
    return integers(1, time + 1)(shape, random)
  },
}

export const hidden = 2
export const width = 3

export function weights(gates: number, lane: string, inputs = width): GradientCase['operands'] {
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

export type Operands = Parameters<GradientCase['build']>[0]

export const at = (operands: Operands, lane: string, name: string) =>
  operands[`${lane}.${name}`] as Tensor

export function layer(operands: Operands, lane: string) {
  return {
    input: at(operands, lane, 'x'),
    inputWeight: at(operands, lane, 'inputWeight'),
    recurrentWeight: at(operands, lane, 'recurrentWeight'),
    inputBias: at(operands, lane, 'inputBias'),
    recurrentBias: at(operands, lane, 'recurrentBias'),
  }
}

/** Operands that a variant leaves out would only be zeros in the comparison. */
export function keep(operands: GradientCase['operands'], initial: boolean, cells: boolean) {
  return Object.fromEntries(
    Object.entries(operands).filter(
      ([name]) =>
        (initial || !name.endsWith('.hidden')) && ((initial && cells) || !name.endsWith('.cell')),
    ),
  )
}

export interface Variant {
  readonly reversed: boolean
  readonly packed: boolean
  readonly initial: boolean
}

export const choices = [false, true]
export const variants: readonly Variant[] = choices.flatMap((reversed) =>
  choices.flatMap((packed) => choices.map((initial) => ({ reversed, packed, initial }))),
)

export const nameOf = ({ reversed, packed, initial }: Variant) =>
  [reversed && 'reversed', packed && 'with lengths', initial && 'with first states']
    .filter(Boolean)
    .join(', ') || 'plain'

/** A recurrent operator as its gradients are checked. */
export interface RecurrentOperator<Lane, Result extends object> {
  readonly name: string
  readonly gates: number
  readonly cells: boolean
  lane(operands: Operands, name: string, variant: Variant): Lane
  apply(lanes: readonly Lane[], lengths?: Tensor): readonly Result[]
  /** What of a lane's result the loss of several lanes is made of. */
  several(result: Result): readonly Tensor[]
  /** Results whose gradient is checked without the others. */
  readonly alone: readonly (keyof Result & string)[]
}

/** Every variant of one lane, each result alone, and lanes of both directions and of different widths. */
export function recurrentCases<Lane, Result extends object>({
  name: operator,
  gates,
  cells,
  lane,
  apply,
  several,
  alone,
}: RecurrentOperator<Lane, Result>): readonly GradientCase[] {
  const of = (variant: Variant, read: (result: Result) => Tensor | readonly Tensor[]) => ({
    dataType: 'float32' as const,
    operands: {
      ...keep(weights(gates, 'a'), variant.initial, cells),
      ...(variant.packed && { lengths }),
    },
    build: (operands: Operands) => {
      const [result] = apply([lane(operands, 'a', variant)], operands.lengths)
      return result ? read(result) : []
    },
  })
  const packed = { reversed: cells, packed: true, initial: false }
  return [
    ...variants.map((variant) => ({
      name: `${operator}: ${nameOf(variant)}`,
      ...of(variant, (result) => Object.values(result)),
    })),
    ...alone.map((wanted) => ({
      name: `${operator}: the gradient of ${wanted} alone`,
      ...of(packed, (result) => result[wanted] as Tensor),
    })),
    ...choices.map(
      (withLengths): GradientCase => ({
        name: `${operator}: lanes of both directions and of different widths${withLengths ? ', with lengths' : ''}`,
        dataType: 'float32',
        operands: {
          ...keep(weights(gates, 'a'), true, cells),
          ...keep(weights(gates, 'b', 1), true, cells),
          ...keep(weights(gates, 'c'), true, cells),
          ...(withLengths && { lengths }),
        },
        build: (operands) => {
          const lanes = ['a', 'b', 'c'].map((each, index) =>
            lane(operands, each, { reversed: index === 1, packed: withLengths, initial: true }),
          )
          return apply(lanes, operands.lengths).flatMap(several)
        },
      }),
    ),
  ]
}
