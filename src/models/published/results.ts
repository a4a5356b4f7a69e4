/** Results of reference files that are maps of our model. */
import { lookUp } from '../../base/lookup.js'
import type { Tensor } from '../../graph/index.js'
import type { ModelOutputs } from '../define/model.js'

/**
 * A map of a model.
 *
 * @throws LimbicError if there is none: a result that a file holds is never left out silently
 */
export function mapOf({ maps }: Pick<ModelOutputs, 'maps'>, name: string): Tensor {
  return lookUp(new Map(Object.entries(maps)), name, 'map')
}

/** Maps of a model under the names that a file gives them, as pairs of its name and ours. */
export function mapsOf(
  outputs: Pick<ModelOutputs, 'maps'>,
  names: Iterable<readonly [string, string]>,
): Record<string, Tensor> {
  return Object.fromEntries(
    Array.from(names, ([theirs, ours]) => [theirs, mapOf(outputs, ours)] as const),
  )
}
