/** Runs a model over a whole split for its maps. */
import { type Batch, collateBatch, inParts, planBatches, sampleCosts } from '../../data/batch.js'
import type { Split } from '../../data/dataset.js'
import type { TaskAnswer } from '../../task/task.js'
import type { MapResult, TrainedModel } from '../../use/trained-model.js'

/** The model that returns the maps. */
export type MappedModel = Pick<TrainedModel<TaskAnswer>, 'run' | 'maps'>

export interface MapBatchOptions {
  /** The names of the model's inputs. */
  readonly inputs: readonly string[]
  /** The maps to request. */
  readonly maps: readonly string[]
  /** Default: 64. */
  readonly batchSize?: number | undefined
  /** Called after each batch, for progress. */
  readonly onBatch?: ((done: number, total: number) => void) | undefined
}

/** The batches of a split, cheapest first, each with the model's maps. */
export async function* mapBatches(
  model: MappedModel,
  split: Split,
  { inputs, maps: wanted, batchSize = 64, onBatch }: MapBatchOptions,
): AsyncGenerator<{ readonly batch: Batch; readonly maps: readonly MapResult[] }> {
  const costs = sampleCosts(split, inputs)
  const plan = planBatches({ costs, batchSize, shuffle: false, order: 'cost' }).flatMap((batch) =>
    inParts(batch, split, inputs),
  )
  for (const [done, indices] of plan.entries()) {
    const batch = await collateBatch(split, indices, inputs)
    const { maps } = await model.run(batch, wanted)
    yield { batch, maps }
    onBatch?.(done + 1, plan.length)
  }
}
