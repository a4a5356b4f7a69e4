/** Predicts with a run's best weights, exactly as at the end of its training. */
import type { Split } from '../data/dataset.js'
import { type Missing, withMissing } from '../data/prepare/missing/missing.js'
import { standardiseSplit } from '../data/prepare/standardise/standardise.js'
import { Predictor } from '../learn/predictor.js'
import { nodeEngine } from '../runtime/node.js'
import type { RunRecord } from './trained.js'

/**
 * Predicts a split of raw features; on the run's own data exactly the predictions that it recorded.
 *
 * @param missing the inputs of samples to leave out
 * @returns [samples, outputs], in the split's order
 */
export type PredictSplit = (split: Split, missing?: Missing) => Promise<Float32Array>

/** Opens a run once for any number of predictions, and closes it after `use`. */
export async function withRun<Result>(
  { model, widths, task, weights, standardisation }: RunRecord,
  use: (predict: PredictSplit) => Promise<Result>,
): Promise<Result> {
  const predictor = await Predictor.open({ model, widths, task, engine: nodeEngine })
  try {
    return await use((split, missing) => {
      const known = standardisation ? standardiseSplit(split, standardisation) : split
      const read = missing ? withMissing(known, missing, model.inputs) : known
      return predictor.predict(read, weights)
    })
  } finally {
    await predictor.close()
  }
}
