/** What tests of sound share. */
import type { Value } from '../../../src/runtime/session.js'

/** Numbers with their shape. */
export function numbersOf(value: Value | undefined): {
  readonly shape: readonly number[]
  readonly data: readonly number[]
} {
  if (!value) throw new Error('no such result')
  return { shape: value.shape, data: Array.from(value.data, Number) }
}

/** The largest difference of two lists of one length; infinite where a number is none. */
export function largestGap(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let place = 0; place < left.length; place++) {
    const gap = Math.abs((left[place] ?? 0) - (right[place] ?? 0))
    worst = Math.max(worst, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap)
  }
  return worst
}

/** A sine of full scale unless `amplitude` says otherwise. */
export function sine(
  hertz: number,
  {
    rate = 16_000,
    seconds = 1,
    amplitude = 1,
  }: { rate?: number; seconds?: number; amplitude?: number } = {},
): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate),
  )
}
