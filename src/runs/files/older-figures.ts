/** Figures of older runs, which weighted the F1 of sentiment by predictions alone. */
import type { PredictionLine, RunResults } from '../../learn/records.js'
import type { Task } from '../../task/task.js'

type Figures = Record<string, number | null>

const older = /^f1Zeros(Positive|Negative|Excluded)$/

/** Renames figures to today's names. */
export function underPresentNames(figures: Figures): Figures {
  if (!areOlder(figures)) return figures
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      older.test(name) ? `${name}ByPredictions` : name,
      value,
    ]),
  )
}

/**
 * Results under the current names. The F1 weighted by truths, which older results lack, is computed
 * from their predictions if these exist.
 */
export function withPresentFigures(
  results: RunResults,
  taskOf: () => Task,
  linesOf: (split: 'valid' | 'test') => readonly PredictionLine[],
): RunResults {
  if (!areOlder(results.test)) return results
  const task = taskOf()
  const complete = (split: 'valid' | 'test') => ({
    ...underPresentNames(results[split]),
    ...f1ByTruths(linesOf(split), task),
  })
  return { ...results, valid: complete('valid'), test: complete('test') }
}

function areOlder(figures: Figures): boolean {
  return 'f1ZerosExcluded' in figures && !('f1ZerosExcludedByPredictions' in figures)
}

function f1ByTruths(lines: readonly PredictionLine[], task: Task): Figures {
  if (lines.length === 0) return {}
  const predictions = Float32Array.from(lines.flatMap(({ prediction }) => prediction))
  const sentiment = Float32Array.from(lines.flatMap(({ truth }) => truth))
  return Object.fromEntries(
    Object.entries(task.measure(predictions, { sentiment }))
      .filter(([name]) => older.test(name))
      .map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  )
}
