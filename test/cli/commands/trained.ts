import { expect } from 'vitest'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

export const at = temporaryPaths()

const synthetic = ['--data', 'synthetic', '--synthetic-train', '40', '--synthetic-valid', '12']
const sizes = ['--synthetic-test', '12', '--hidden', '4', '--threads', '1', '--epochs', '2']
export const train = (out: string, ...more: string[]) =>
  succeed('train', 'mmlatch', ...synthetic, ...sizes, '--quiet', '--out', at(out), ...more)

/** Runs to compare and to ask: two seeds, one without feedback, one of the text alone and one of classes. */
export const trainGroups = () =>
  Promise.all([
    train('feedback', '--seeds', '2'),
    train('baseline', '--feedback', 'none'),
    train('words', '--modalities', 'text'),
    train('classes', '--synthetic-task', 'classes'),
  ])

/** Steps of features that are the same in each run of the tests. */
const steps = (count: number, width: number) =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (_, feature) => Math.sin(row * 7 + feature)),
  )
export const sample = (id: string, count: number) => ({
  id,
  text: steps(count, 32),
  audio: steps(count, 16),
  vision: steps(count, 12),
})
export const written = (...samples: readonly object[]) =>
  samples.map((one) => `${JSON.stringify(one)}\n`).join('')

/** The same samples in the same order, with the same predictions within rounding. */
export function alike(
  actual: readonly { id?: unknown; prediction?: unknown }[],
  expected: readonly { id?: unknown; prediction?: unknown }[],
): void {
  expect(actual.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
  for (const [index, { prediction }] of actual.entries()) {
    expect(prediction).toBeCloseTo(Number(expected[index]?.prediction), 5)
  }
}
