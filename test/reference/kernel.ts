import type { Node, Tensor } from '../../src/graph/index.js'
import type { NdArray } from './array.js'

/** What an operator's reference implementation gets to work with. */
export interface Call {
  readonly node: Node
  readonly inputs: readonly NdArray[]
  /** The sizes of the outputs, worked out from their symbolic shapes; NaN where the run tells. */
  readonly shapes: readonly (readonly number[])[]
  /** A dimension's size in numbers. */
  size(dimension: number | string): number
  /** Evaluates tensors of another graph. */
  run(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, NdArray>): NdArray[]
}

/** One operator, evaluated in the plainest way. */
export type Kernel = (call: Call) => readonly NdArray[]

/** Attributes as the operator declares them. */
export function attributesOf<Attributes>(call: Call): Attributes {
  return call.node.attributes as Attributes
}

export function operand(call: Call, position: number): NdArray {
  const input = call.inputs[position]
  if (!input) throw new Error(`${call.node.operator.name} lacks operand ${position}`)
  return input
}
