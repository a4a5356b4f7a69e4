/** Runs a model over a split, batched by length; results keep the split's order. */
import {
  type BatchBuffers,
  collateBatch,
  inParts,
  planBatches,
  sampleCosts,
} from '../data/batch.js'
import type { Split } from '../data/dataset.js'
import type { Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { ends } from './step/ends.js'
import type { ReadInput } from './step/features.js'
import { batchFeeds } from './step/feeds.js'

export interface SplitReading {
  /** The model's inputs. */
  readonly inputs: readonly ReadInput[]
  readonly task: Task
  /** Memory that batches reuse. */
  readonly buffers: BatchBuffers
  /** The names of the objectives to compute; default: none. */
  readonly objectives?: readonly string[]
  /** Runs the model on a batch by input name; returns `prediction`. */
  readonly run: (feeds: Map<string, Value>) => Promise<Map<string, Value>>
}

/** The results on a whole split. */
export interface SplitEvaluation {
  /** [samples, outputs], in the split's order; zeros if no prediction was requested. */
  readonly predictions: Float32Array
  /** The mean of each requested objective, over batches weighted by size. */
  readonly objectives: ReadonlyMap<string, number>
}

/** Samples per run; the last one has fewer. */
export const batchSize = 64

/** Predictions and objectives over a whole split. */
export async function evaluateSplit(
  split: Split,
  { inputs, task, buffers, run, objectives: asked = [] }: SplitReading,
): Promise<SplitEvaluation> {
  const outputs = task.outputs.length
  const predictions = new Float32Array(split.ids.length * outputs)
  const objectives = new Map<string, number>()
  const names = inputs.map(({ name }) => name)
  const costs = sampleCosts(split, names)
  const planned = planBatches({ costs, batchSize, shuffle: false, order: 'cost' })
  for (const indices of planned.flatMap((batch) => inParts(batch, split, names))) {
    const batch = await collateBatch(split, indices, names, buffers)
    const results = await run(batchFeeds(batch, inputs, task))
    const rows = results.get(ends.prediction)?.data
    if (rows instanceof Float32Array) {
      for (const [row, sample] of indices.entries()) {
        predictions.set(rows.subarray(row * outputs, (row + 1) * outputs), sample * outputs)
      }
    }
    for (const key of asked) {
      const data = results.get(ends.objective(key))?.data
      if (data) {
        const share = (Number(data[0]) * batch.size) / split.ids.length
        objectives.set(key, (objectives.get(key) ?? 0) + share)
      }
    }
  }
  return { predictions, objectives }
}
