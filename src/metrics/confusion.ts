/** How often each true class (row) was taken for each class (column): `counts[truth][prediction]`. */
import { elementAt } from '../base/lookup.js'
import { numberAt } from '../base/numbers.js'
export type ConfusionCounts = readonly (readonly number[])[]

/** Precision, recall and F1 of one class against the rest, and how many samples truly are of it. */
export interface ClassScores {
  /** Right among those predicted; 0 if none was predicted. */
  readonly precision: number
  /** Found among those there; 0 if there are none. */
  readonly recall: number
  /** The harmonic mean of both; 0 where nothing was right. */
  readonly f1: number
  readonly support: number
}

/** The confusion counts of pairs of class indices. */
export function countConfusions(
  classCount: number,
  sampleCount: number,
  truthOf: (sample: number) => number,
  predictionOf: (sample: number) => number,
): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0))
  for (let sample = 0; sample < sampleCount; sample++) {
    const row = elementAt(counts, truthOf(sample), 'class')
    const prediction = predictionOf(sample)
    row[prediction] = numberAt(row, prediction) + 1
  }
  return counts
}

/** The scores of every class, with scikit-learn's conventions (0 where a quotient is 0 / 0). */
export function scoreClasses(counts: ConfusionCounts): ClassScores[] {
  return counts.map((row, index) => {
    const right = numberAt(row, index)
    const support = sum(row)
    const predicted = sum(counts.map((other) => numberAt(other, index)))
    return {
      precision: predicted > 0 ? right / predicted : 0,
      recall: support > 0 ? right / support : 0,
      f1: support + predicted > 0 ? (2 * right) / (support + predicted) : 0,
      support,
    }
  })
}

/** The share of samples on the diagonal. */
export function accuracyOf(counts: ConfusionCounts): number {
  return sum(counts.map((row, index) => numberAt(row, index))) / sum(counts.map(sum))
}

/** A score averaged over classes, each weighing as much as it has samples. */
export function weightedBySupport(scores: readonly ClassScores[], of: 'precision' | 'f1'): number {
  const total = sum(scores.map(({ support }) => support))
  return sum(scores.map((score) => score[of] * score.support)) / total
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
