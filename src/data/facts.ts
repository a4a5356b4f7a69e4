/** Facts about a data set, available after it is closed. */
import type { Recipe } from '../media/recipes/index.js'
import { type Dataset, perSplit, type SplitName } from './dataset.js'

export interface DatasetFacts {
  readonly name: string
  readonly synthetic: boolean
  /** The number of samples of each split. */
  readonly samples: Readonly<Record<SplitName, number>>
  /** What a reader repaired or noticed. */
  readonly notes: readonly string[]
  /** How the features were made, if Limbic extracted them from recordings. */
  readonly recipe?: Recipe
}

/** The facts of a data set, to keep when it is closed. */
export function factsOfData({ name, synthetic, splits, notes, recipe }: Dataset): DatasetFacts {
  const samples = perSplit((split) => splits[split].ids.length)
  return { name, synthetic, samples, notes, ...(recipe && { recipe }) }
}
