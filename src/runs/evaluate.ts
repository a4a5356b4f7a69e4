/** Predicts with a run's best weights, exactly as at the end of its training. */
import type { Split } from '../data/dataset.js'
import { type Missing, withMissing } from '../data/prepare/missing/missing.js'
import { standardiseSplit } from '../data/prepare/standardise/standardise.js'
import { Predictor } from '../learn/predictor.js'
import { nodeEngine } from '../runtime/node.js'
import type { RunRecord } from './trained.js'

/**
 * @param split raw features
 * @param missing the inputs of samples to leave out
 * @returns [samples, outputs], in the split's order; on the run's own data exactly the predictions
 * that it recorded
 */
export async function outputsOfRun(
  { model, widths, task, weights, standardisation }: RunRecord,
  split: Split,
  missing?: Missing,
): Promise<Float32Array> {
  const predictor = await Predictor.open({ model, widths, task, engine: nodeEngine })
  try {
    const known = standardisation ? standardiseSplit(split, standardisation) : split
    const read = missing ? withMissing(known, missing, model.inputs) : known
    return await predictor.predict(read, weights)
  } finally {
    await predictor.close()
  }
}
