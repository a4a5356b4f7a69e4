/** Reads sizes and positions from inputs. */
import { positions, positionsOperator, sizeOf, sizeOperator } from '../operators/layout/sizes.js'
import type { Tensor } from '../tensor.js'
import { type Rule, ruleOf, type Surroundings } from './rule.js'

/**
 * An input of the graph with an axis of the same name. Reading the size there computes equal sizes
 * once, and computes no tensor merely for its size.
 */
function sourceOf(input: Tensor, axis: number, { isGiven }: Surroundings) {
  const size = input.size(axis)
  if (isGiven(input) || typeof size === 'number') return undefined
  const source = input.graph.dimensionSource(size)
  return source && isGiven(source.tensor) ? source : undefined
}

export const sizesFromInputs: readonly Rule[] = [
  ruleOf(
    'a size is read from an input',
    sizeOperator,
    ({ inputs: [input], attributes }, around) => {
      const source = sourceOf(input, attributes.axis, around)
      return source && [sizeOf(source.tensor, source.axis)]
    },
  ),
  ruleOf(
    'positions are counted along an input',
    positionsOperator,
    ({ inputs: [input], attributes }, around) => {
      const source = sourceOf(input, attributes.axis, around)
      return source && [positions(source.tensor, source.axis)]
    },
  ),
]
