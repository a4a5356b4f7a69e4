/** One way over a split for everything that predicts: batches by length, results in the split's order. */
import { type BatchBuffers, collateBatch, planBatches, sampleCosts } from '../data/batches.js'
import type { Split } from '../data/types.js'
import type { ConfiguredModel } from '../models/model.js'
import type { Value } from '../runtime/session.js'
import { ends } from './graphs.js'
import { batchFeeds } from './step.js'
import { outputCount, type Task } from './task.js'

export interface SplitReading {
  readonly model: ConfiguredModel
  readonly task: Task
  /** Memory that one batch after another takes. */
  readonly buffers: BatchBuffers
  /** Runs the model on a batch under the names of its inputs; gives `prediction`. */
  readonly run: (feeds: Map<string, Value>) => Promise<Map<string, Value>>
}

const batchSize = 64

/** What a model says of every sample of a split: [samples, outputs], in the split's order. */
export async function predictSplit(
  split: Split,
  { model, task, buffers, run }: SplitReading,
): Promise<Float32Array> {
  const outputs = outputCount(task)
  const all = new Float32Array(split.ids.length * outputs)
  const lengths = sampleCosts(split, model.requires)
  for (const indices of planBatches({ lengths, batchSize, shuffle: false, order: 'length' })) {
    const batch = collateBatch(split, indices, model.requires, buffers)
    const results = await run(batchFeeds(batch, model, task))
    const prediction = results.get(ends.prediction)?.data as Float32Array
    for (const [row, sample] of indices.entries()) {
      all.set(prediction.subarray(row * outputs, (row + 1) * outputs), sample * outputs)
    }
  }
  return all
}
