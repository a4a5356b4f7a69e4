/** Compares our numbers with those of a reference file. */
import type { StoredTensor } from '../formats/safetensors/index.js'
import type { Value } from '../runtime/session.js'

/** The tolerances that the reference files state for float32; undefined: shown, but not judged. */
const tolerances = {
  output: 1e-5,
  'further results': 1e-5,
  selections: 0,
  evaluation: 1e-5,
  loss: 1e-5,
  'parts of the loss': 1e-5,
  gradients: 1e-4,
  'input gradients': 1e-4,
  'running statistics': 1e-5,
  trajectory: 1e-3,
  memory: 1e-4,
  'parameters after': undefined,
} as const

export type Quantity = keyof typeof tolerances

/** One comparison: the largest error, its tolerance, and where it occurs. */
export interface Comparison {
  readonly what: Quantity
  readonly error: number
  readonly tolerance: number | undefined
  readonly where: string
}

/** An error and its place in the file. */
export interface PlacedError {
  readonly error: number
  readonly where: string
}

/** The worst of several errors as a comparison; none if there is nothing to compare. */
export function comparison(what: Quantity, errors: readonly PlacedError[]): Comparison[] {
  if (errors.length === 0) return []
  const worst = errors.reduce((one, other) =>
    other.error > one.error || Number.isNaN(other.error) ? other : one,
  )
  return [{ what, ...worst, tolerance: tolerances[what] }]
}

/** Whether every judged comparison is within its tolerance; NaN never is. */
export function passes(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ error, tolerance }) => tolerance === undefined || error <= tolerance)
}

type Numbers = StoredTensor['data']

/** The largest difference; NaN if the two differ in size. */
function absoluteError(actual: Numbers | undefined, expected: Numbers): number {
  if (actual?.length !== expected.length) return Number.NaN
  let most = 0
  for (let place = 0; place < expected.length; place++) {
    const error = Math.abs(Number(expected[place]) - Number(actual[place]))
    if (Number.isNaN(error)) return error
    most = Math.max(most, error)
  }
  return most
}

/** The largest magnitude. */
export function largest(values: Numbers): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(Number(value)))
  return most
}

/** The largest difference relative to the largest entry, or to a floor where that is greater. */
export function relativeError(
  actual: Numbers | undefined,
  expected: Numbers,
  floor: number,
): number {
  const scale = Math.max(largest(expected), floor)
  const error = absoluteError(actual, expected)
  return scale === 0 ? error : error / scale
}

/**
 * Results besides the output, as two comparisons: whole numbers (masks, counts) must agree exactly,
 * others relative to the larger of 1 and their largest entry.
 */
export function compareResults(
  what: 'output' | 'further results' | 'evaluation',
  pairs: readonly {
    readonly where: string
    readonly actual: Value | undefined
    readonly expected: StoredTensor
  }[],
): Comparison[] {
  const whole = pairs.filter(({ expected }) => isWhole(expected))
  const others = pairs.filter(({ expected }) => !isWhole(expected))
  return [
    ...comparison(
      what,
      others.map(({ where, actual, expected }) => ({
        ...{ where, error: relativeError(actual?.data, expected.data, 1) },
      })),
    ),
    ...comparison(
      'selections',
      whole.map(({ where, actual, expected }) => ({
        ...{ where, error: absoluteError(actual?.data, expected.data) },
      })),
    ),
  ]
}

function isWhole({ dtype }: StoredTensor): boolean {
  return dtype === 'uint8' || dtype === 'int64' || dtype === 'int32'
}
