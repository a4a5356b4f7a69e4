/** The end of a run: what its best weights say of the splits it did not learn from. */
import type { Split } from '../data/types.js'
import type { Parameter } from '../graph/graph.js'
import { finite } from './finite.js'
import { Predictor } from './predictor.js'
import type { PredictionLine, RunFolder, RunResults, StageRecord } from './run-folder.js'
import { chooseThresholds, lossValue, measure, truthsOf } from './targets.js'
import { outputCount, type Task } from './task.js'
import type { Parts } from './train-stages.js'

/**
 * Predicts with the best weights and completes the folder.
 *
 * @param stages what each training came to, the last one last
 * @param selection where the run learned from the validation set too, the run on the training set
 * that it repeats: what validation says, and what is chosen by it, is then that run's
 */
export async function conclude(
  parts: Parts,
  weights: ReadonlyMap<string, Float32Array>,
  stages: readonly StageRecord[],
  selection?: RunFolder,
): Promise<RunResults> {
  const { model, widths, task, session, dataset, folder, request, parameters } = parts
  const { training } = request.config
  const earlier = selection?.readResults()
  const predictor = await Predictor.open({ model, widths, task, session })
  try {
    const predict = async (name: 'valid' | 'test') => {
      const predictions = await predictor.predict(dataset.splits[name], weights)
      folder.writePredictions(name, predictionLines(dataset.splits[name], predictions, task))
      return predictions
    }
    const [valid, test] = [await predict('valid'), await predict('test')]
    const thresholds =
      training.thresholds === 'half'
        ? undefined
        : (earlier?.thresholds ?? chooseThresholds(valid, dataset.splits.valid.targets, task))
    const judge = (predictions: Float32Array, { targets }: Split) =>
      finite({
        loss: lossValue(predictions, targets, task),
        ...measure(predictions, targets, task, { thresholds, perClass: true }),
      })
    const last = stages.at(-1) ?? { bestEpoch: 0, epochs: 0 }
    const results: RunResults = {
      bestEpoch: last.bestEpoch,
      epochs: last.epochs,
      seconds: stages.reduce((total, { seconds }) => total + seconds, earlier?.seconds ?? 0),
      parameters: countOf(parameters),
      stopped: last.epochs - last.bestEpoch >= training.patience ? 'patience' : 'epochs',
      valid: earlier?.valid ?? judge(valid, dataset.splits.valid),
      test: judge(test, dataset.splits.test),
      ...(thresholds && { thresholds }),
      ...(stages.length > 1 && { stages: stages.slice(0, -1) }),
    }
    folder.writeResults(results)
    return results
  } finally {
    await predictor.close()
  }
}

function predictionLines(split: Split, predictions: Float32Array, task: Task): PredictionLine[] {
  const outputs = outputCount(task)
  const truths = truthsOf(split.targets, task)
  const columns = truths.length / split.ids.length
  return split.ids.map((id, sample) => ({
    id,
    prediction: Array.from(predictions.subarray(sample * outputs, (sample + 1) * outputs)),
    truth: Array.from(truths.subarray(sample * columns, (sample + 1) * columns)),
  }))
}

function countOf(parameters: readonly Parameter[]): number {
  return parameters
    .filter(({ trainable }) => trainable)
    .reduce((total, { shape }) => total + shape.reduce((one, size) => one * size, 1), 0)
}
