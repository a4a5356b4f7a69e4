/** Predictions for one sample with each of its parts left out. */

import { LimbicError } from '../../base/errors.js'
import { toFloats } from '../../base/numbers.js'
import { type Batch, mostTogether } from '../../data/batch.js'
import type { Value } from '../../runtime/session.js'
import type { Task } from '../../task/task.js'
import type { Runnable } from '../runnable.js'
import type { Baselines } from './baselines.js'
import { type Occlusion, occludedBatch } from './occlusion.js'

/** The most variants, and the most numbers, in one batch. */
const largestBatch = { variants: 64, numbers: 2 ** 23 }

/**
 * @param sample a batch of one
 * @param variants the parts left out in each
 * @returns the scores of each variant, in their order
 * @throws LimbicError as `occludedBatch` does, or if the model does not give [batch, outputs] finite
 * numbers
 */
export async function scoreVariants(
  model: Runnable,
  sample: Batch,
  variants: readonly (readonly Occlusion[])[],
  {
    baselines,
    task,
    onBatch,
  }: {
    readonly baselines: Baselines
    readonly task: Task
    readonly onBatch?: (done: number, total: number) => void
  },
): Promise<number[][]> {
  const size = batchSizeFor(sample)
  const batches = Math.ceil(variants.length / size)
  const scores: number[][] = []
  for (let place = 0; place < batches; place++) {
    const start = place * size
    const batch = occludedBatch(sample, variants.slice(start, start + size), baselines)
    const { prediction } = await model.run(batch)
    scores.push(...scoresOfBatch(prediction, batch.size, task))
    onBatch?.(place + 1, batches)
  }
  return scores
}

function batchSizeFor({ features }: Batch): number {
  const numbers = Object.values(features).reduce(
    (sum, feature) => sum + (feature?.values.length ?? 0),
    1,
  )
  const steps = Object.values(features).reduce((most, one) => Math.max(most, one?.steps ?? 0), 0)
  const fitting = Math.min(Math.floor(largestBatch.numbers / numbers), mostTogether(steps))
  return Math.max(1, Math.min(largestBatch.variants, fitting))
}

function scoresOfBatch({ data, shape }: Value, size: number, task: Task): number[][] {
  const outputs = task.outputs.length
  const values = toFloats(data)
  if (values.length !== size * outputs || !values.every(Number.isFinite)) {
    throw new LimbicError('the outputs of the model cannot be explained', {
      where: 'prediction',
      expected: `[${size}, ${outputs}] finite numbers`,
      got: values.every(Number.isFinite) ? `[${shape.join(', ')}]` : 'NaN or infinity',
    })
  }
  return Array.from({ length: size }, (_, row) =>
    task.scores(values.subarray(row * outputs, (row + 1) * outputs)),
  )
}
