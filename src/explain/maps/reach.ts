/** How far heads look, where a model learns it. */
import type { Split } from '../../data/dataset.js'
import { subset } from '../../data/prepare/split/views.js'
import { type MapBatchOptions, type MappedModel, mapBatches } from './batches.js'

/** The windows that the heads of one sequence's attention have learned. */
export interface LearnedWindows {
  readonly sequence: string
  /** By head, in steps. */
  readonly steps: readonly number[]
}

/**
 * The windows that a model has learned: they are the same for every sample, so one is run.
 *
 * @param split raw features, as the model takes them
 */
export async function explainWindows(
  model: MappedModel,
  split: Split,
  options: MapBatchOptions,
): Promise<LearnedWindows[]> {
  const found: LearnedWindows[] = []
  for await (const { maps } of mapBatches(model, subset(split, [0]), options)) {
    for (const map of maps) {
      if (map.kind !== 'window') continue
      found.push({ sequence: map.sequence, steps: Array.from(map.value.data, Number) })
    }
  }
  return found
}
