/** Sizes and positions, which depend on an axis's name alone. */
import { positions, positionsOperator, sizeOf, sizeOperator } from '../operators/layout/sizes.js'
import type { Tensor } from '../tensor.js'
import { type Rule, ruleOf, type Surroundings } from './rule.js'

/**
 * The input of the graph that shows what the name of an axis stands for: what is read of an axis's
 * size alone is read there, so that equal sizes are computed once, and nothing for its size alone.
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
