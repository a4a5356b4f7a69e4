/** The end of a run: what its best weights say of the splits it did not learn from. */
import type { Split } from '../data/dataset.js'
import { countTrainable } from '../graph/inspect.js'
import { finite } from '../learn/finite.js'
import { Predictor } from '../learn/predictor.js'
import type { PredictionLine, RunResults, StageRecord } from '../learn/records.js'
import { outputsOf, type Task } from '../task/task.js'
import type { RunFolder } from './folder.js'
import type { Parts } from './train-stages.js'

/** What a run has come to. */
export interface Ending {
  /** The best. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** What each training came to, the last one last. */
  readonly stages: readonly StageRecord[]
  /** One that is open already and gives the model's prediction; it stays open. */
  readonly predictor: Predictor | undefined
  /**
   * Where the run learned from the validation set too, the run on the training set that it
   * repeats: what validation says, and what is chosen by it, is then that run's.
   */
  readonly selection: RunFolder | undefined
}

/** Predicts with the best weights and completes the folder. */
export async function conclude(parts: Parts, ending: Ending): Promise<RunResults> {
  const { model, widths, task, session, dataset, folder, request, parameters } = parts
  const { weights, stages, selection } = ending
  const { training } = request.config
  const predictor = ending.predictor ?? (await Predictor.open({ model, widths, task, session }))
  try {
    const predict = async (split: Split) =>
      predictionLines(split, await predictor.predict(split, weights), task)
    const valid = selection
      ? selection.readPredictions('valid')
      : await predict(dataset.splits.valid)
    const test = await predict(dataset.splits.test)
    folder.writePredictions('valid', valid)
    folder.writePredictions('test', test)
    const thresholds =
      training.thresholds === 'half'
        ? undefined
        : task.thresholds?.(predictionsOf(valid), dataset.splits.valid.targets)
    const judge = (lines: readonly PredictionLine[], { targets }: Split) => {
      const outputs = predictionsOf(lines)
      return finite({
        loss: task.lossValue(outputs, targets),
        ...task.measure(outputs, targets, { thresholds, perClass: true }),
      })
    }
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
      valid: judge(valid, dataset.splits.valid),
      test: judge(test, dataset.splits.test),
      ...(thresholds && { thresholds }),
      ...(stages.length > 1 && { stages: stages.slice(0, -1) }),
      weights: folder.digestWeights(),
    }
    folder.writeResults(results)
    return results
  } finally {
    if (predictor !== ending.predictor) await predictor.close()
  }
}

function predictionLines(split: Split, predictions: Float32Array, task: Task): PredictionLine[] {
  const truths = task.truths(split.targets)
  const columns = truths.length / split.ids.length
  return split.ids.map((id, sample) => ({
    id,
    prediction: Array.from(outputsOf(predictions, sample, task)),
    truth: Array.from(truths.subarray(sample * columns, (sample + 1) * columns)),
  }))
}

/** Predictions as they came: [samples, outputs]. */
function predictionsOf(lines: readonly PredictionLine[]): Float32Array {
  return Float32Array.from(lines.flatMap(({ prediction }) => prediction))
}
