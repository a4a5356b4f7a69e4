import type { Modality, Split } from '../../../src/data/dataset.js'
import { readSample } from '../datasets.js'

/** One row of numbers per sample. */
export type Table = readonly (readonly number[])[]

/** The mean over the steps of a sample from share `from` to share `to` of its length. */
export function timeMeans(split: Split, modality: Modality, from = 0, to = 1): number[][] {
  const source = split.features[modality]
  return split.ids.map((_, sample) => {
    const width = source?.width ?? 0
    const values = readSample(source, sample)
    const steps = values.length / width
    const first = Math.min(steps - 1, Math.floor(steps * from))
    const last = Math.max(first + 1, Math.floor(steps * to))
    return Array.from({ length: width }, (_, feature) => {
      let sum = 0
      for (let step = first; step < last; step++) sum += values[step * width + feature] as number
      return sum / (last - first)
    })
  })
}

/** Rows of two or more tables side by side. */
export function beside(...tables: readonly Table[]): number[][] {
  return (tables[0] ?? []).map((_, row) => tables.flatMap((table) => table[row] ?? []))
}

/** A linear function fitted by ridge regression with an intercept. */
export function ridge(inputs: Table, targets: readonly number[], penalty = 1) {
  const rows = inputs.map((row) => [...row, 1])
  const size = rows[0]?.length ?? 0
  // Normal equations, the penalty on all but the intercept, solved by Gaussian elimination.
  const system = Array.from({ length: size }, (_, one) => [
    ...Array.from({ length: size }, (_, other) =>
      rows.reduce(
        (sum, row) => sum + at(row, one) * at(row, other),
        one === other && one < size - 1 ? penalty : 0,
      ),
    ),
    rows.reduce((sum, row, place) => sum + at(row, one) * at(targets, place), 0),
  ])
  for (let pivot = 0; pivot < size; pivot++) {
    const line = system[pivot] ?? []
    system.forEach((other, place) => {
      if (place === pivot) return
      const factor = at(other, pivot) / at(line, pivot)
      for (let column = pivot; column <= size; column++) {
        other[column] = at(other, column) - factor * at(line, column)
      }
    })
  }
  const weights = system.map((line, place) => at(line, size) / at(line, place))
  return (row: readonly number[]) =>
    [...row, 1].reduce((sum, value, place) => sum + value * at(weights, place), 0)
}

/** The share of the variance of `truth` that `guess` explains; below 0 where it does harm. */
export function explained(truth: readonly number[], guess: readonly number[]): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length
  let left = 0
  let all = 0
  truth.forEach((value, place) => {
    left += (value - at(guess, place)) ** 2
    all += (value - mean) ** 2
  })
  return 1 - left / all
}

/** Fits on one table, judges on another. */
export function probe(
  train: Table,
  trainTargets: readonly number[],
  test: Table,
  testTargets: readonly number[],
): number {
  const predict = ridge(train, trainTargets)
  return explained(testTargets, test.map(predict))
}

function at(list: readonly number[], place: number): number {
  return list[place] as number
}
