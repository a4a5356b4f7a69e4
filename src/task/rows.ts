/** What kinds of tasks share: truths, weights and metrics of classes. */
import { LimbicError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { Tensor } from '../graph/index.js'

/**
 * Truths that must exist.
 *
 * @throws LimbicError if they do not
 */
export function known<Values>(values: Values | undefined, target: string): Values {
  if (values !== undefined) return values
  throw new LimbicError(`the samples have no ${target}`, {
    where: 'target',
    hint: 'Use data with the target that the model is trained for',
  })
}

/** Weights as a tensor beside a prediction; undefined if there are none. */
export function weightTensor(
  { graph }: Tensor,
  weights: readonly number[] | undefined,
): Tensor | undefined {
  return weights && graph.constant(weights, [weights.length], 'float32')
}

export function nothingToWeigh({ name }: Dataset, what: string): LimbicError {
  return new LimbicError('a class without samples cannot be weighted', {
    where: `${name}, training set, ${what}`,
    expected: 'at least one sample',
    got: 'none',
    hint: 'Train with --balance none, or leave out the class',
  })
}

/** `f1.happy` for the F1 of happy. */
export function byClass(
  names: readonly string[],
  scores: readonly object[],
): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, index) =>
      Object.entries(scores[index] ?? {}).map(([metric, value]) => [
        `${metric}.${name}`,
        Number(value),
      ]),
    ),
  )
}

/** Values keyed by names. */
export function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? Number.NaN]))
}
