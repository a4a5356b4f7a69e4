/** Finishes a run: evaluates its best weights on the validation and test sets. */
import { countTrainable } from '../../graph/index.js'
import { Predictor } from '../../learn/predictor.js'
import type { RunResults, StageRecord } from '../../learn/records.js'
import { nodeEngine } from '../../runtime/node.js'
import type { RunFolder } from '../folder.js'
import { measureWeights } from './figures.js'
import type { Parts } from './request.js'

/** The outcome of a run. */
export interface TrainingOutcome {
  /** The best weights. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** The outcome of each training, in order. */
  readonly stages: readonly StageRecord[]
  /** An open predictor of the model's prediction; it stays open. */
  readonly predictor: Predictor | undefined
  /**
   * For a refit, the run on the training set that it repeats: validation results, and anything
   * chosen by them, come from that run.
   */
  readonly selection: RunFolder | undefined
}

/** Predicts with the best weights and completes the folder. */
export async function finish(parts: Parts, outcome: TrainingOutcome): Promise<RunResults> {
  const { model, widths, task, session, dataset, folder, request, parameters } = parts
  const { weights, stages, selection } = outcome
  const { training } = request.config
  const predictor =
    outcome.predictor ??
    (await Predictor.open({ model, widths, task, engine: nodeEngine, session }))
  try {
    const { lines, valid, test, thresholds } = await measureWeights({
      ...{ predictor, weights, dataset, task, training },
      valid: selection?.readPredictions('valid'),
    })
    folder.writePredictions('valid', lines.valid)
    folder.writePredictions('test', lines.test)
    const last = stages.at(-1) ?? { bestEpoch: 0, epochs: 0 }
    const results: RunResults = {
      bestEpoch: last.bestEpoch,
      epochs: last.epochs,
      seconds: stages.reduce(
        (total, { seconds }) => total + seconds,
        selection?.readResults().seconds ?? 0,
      ),
      parameters: countTrainable(parameters),
      stopped: last.epochs - last.bestEpoch >= training.patience ? 'patience' : 'epochs',
      ...{ valid, test },
      ...(thresholds && { thresholds }),
      ...(stages.length > 1 && { stages: stages.slice(0, -1) }),
      weights: folder.digestWeights(),
    }
    folder.writeResults(results)
    return results
  } finally {
    if (predictor !== outcome.predictor) await predictor.close()
  }
}
