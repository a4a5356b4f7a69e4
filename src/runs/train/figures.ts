/** Evaluates weights on the splits that they were not trained on. */
import type { Dataset, Split } from '../../data/dataset.js'
import type { TrainingConfig } from '../../learn/config.js'
import { finite } from '../../learn/finite.js'
import type { Predictor } from '../../learn/predictor.js'
import type { PredictionLine, RunResults } from '../../learn/records.js'
import { outputsOf, type Task } from '../../task/task.js'

export interface MeasuredWeights extends Pick<RunResults, 'valid' | 'test' | 'thresholds'> {
  readonly lines: Readonly<Record<'valid' | 'test', readonly PredictionLine[]>>
}

/**
 * Predictions and figures on the validation and test sets, and the thresholds if these
 * are chosen on validation.
 *
 * @param of.dataset standardised as in training
 * @param of.valid predictions on the validation set, if known
 */
export async function measureWeights(of: {
  readonly predictor: Predictor
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly dataset: Dataset
  readonly task: Task
  readonly training: TrainingConfig
  readonly valid?: readonly PredictionLine[] | undefined
}): Promise<MeasuredWeights> {
  const { predictor, weights, dataset, task, training } = of
  const { splits } = dataset
  const predict = async (split: Split) =>
    predictionLines(split, await predictor.predict(split, weights), task)
  const valid = of.valid ?? (await predict(splits.valid))
  const test = await predict(splits.test)
  const thresholds =
    training.thresholds === 'half'
      ? undefined
      : task.thresholds?.(predictionsOf(valid), splits.valid.targets)
  const measure = (lines: readonly PredictionLine[], { targets }: Split) => {
    const outputs = predictionsOf(lines)
    return finite({
      loss: task.lossValue(outputs, targets),
      ...task.measure(outputs, targets, { thresholds, perClass: true }),
    })
  }
  return {
    lines: { valid, test },
    valid: measure(valid, splits.valid),
    test: measure(test, splits.test),
    ...(thresholds && { thresholds }),
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

/** Raw predictions: [samples, outputs]. */
function predictionsOf(lines: readonly PredictionLine[]): Float32Array {
  return Float32Array.from(lines.flatMap(({ prediction }) => prediction))
}
