/** The end of a run: what its best weights say of the splits it did not learn from. */
import type { Split } from '../data/types.js'
import type { Parameter } from '../graph/graph.js'
import { finite } from './finite.js'
import type { Learner } from './learner.js'
import { Predictor } from './predictor.js'
import type { PredictionLine, RunResults, StageRecord } from './run-folder.js'
import type { StagePlan } from './stages.js'
import { chooseThresholds, lossValue, measure, truthsOf } from './targets.js'
import { outputCount, type Task } from './task.js'
import type { Parts } from './train-stages.js'

/** Predicts with the best weights and completes the folder. */
export async function conclude(
  { model, widths, task, session, dataset, folder, request, parameters }: Parts,
  weights: ReadonlyMap<string, Float32Array>,
  { training }: StagePlan,
  { record }: Learner,
  stages: readonly StageRecord[],
): Promise<RunResults> {
  const predictor = await Predictor.open({ model, widths, task, session })
  try {
    const predictions = {
      valid: await predictor.predict(dataset.splits.valid, weights),
      test: await predictor.predict(dataset.splits.test, weights),
    }
    const thresholds =
      request.config.training.thresholds === 'validation'
        ? chooseThresholds(predictions.valid, dataset.splits.valid.targets, task)
        : undefined
    const judge = (name: 'valid' | 'test') => {
      const { targets } = dataset.splits[name]
      folder.writePredictions(name, predictionLines(dataset.splits[name], predictions[name], task))
      return finite({
        loss: lossValue(predictions[name], targets, task),
        ...measure(predictions[name], targets, task, { thresholds, perClass: true }),
      })
    }
    const { bestEpoch, epochs, seconds } = record
    const results: RunResults = {
      bestEpoch,
      epochs,
      seconds: stages.reduce((total, stage) => total + stage.seconds, seconds),
      parameters: countOf(parameters),
      stopped: epochs >= training.epochs ? 'epochs' : 'patience',
      valid: judge('valid'),
      test: judge('test'),
      ...(thresholds && { thresholds }),
      ...(stages.length > 0 && { stages: [...stages] }),
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
