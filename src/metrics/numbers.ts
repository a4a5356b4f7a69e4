/** Numeric helpers of the metrics. */

import { mean, numberAt } from '../base/numbers.js'
import type { Numbers } from './check.js'

export { mean }

/** The sample variance, over n - 1; NaN of fewer than two values, exactly 0 of equal ones. */
export function variance(values: Numbers): number {
  if (values.length < 2) return Number.NaN
  if (allEqual(values)) return 0
  const centre = mean(values)
  let sum = 0
  for (let index = 0; index < values.length; index++) {
    sum += (numberAt(values, index) - centre) ** 2
  }
  return sum / (values.length - 1)
}

/** Whether all values are the same, which a variance cannot tell because its mean is rounded. */
function allEqual(values: Numbers): boolean {
  for (let index = 1; index < values.length; index++) {
    if (values[index] !== values[0]) return false
  }
  return true
}

/** Pearson's correlation, in [-1, 1]; NaN where either side is constant, since it is undefined there. */
export function correlation(one: Numbers, other: Numbers): number {
  if (one.length < 2 || allEqual(one) || allEqual(other)) return Number.NaN
  const oneMean = mean(one)
  const otherMean = mean(other)
  let product = 0
  let oneSquare = 0
  let otherSquare = 0
  for (let index = 0; index < one.length; index++) {
    const oneOffset = numberAt(one, index) - oneMean
    const otherOffset = numberAt(other, index) - otherMean
    product += oneOffset * otherOffset
    oneSquare += oneOffset ** 2
    otherSquare += otherOffset ** 2
  }
  const ratio = product / (Math.sqrt(oneSquare) * Math.sqrt(otherSquare))
  return Math.max(-1, Math.min(1, ratio))
}

/** The nearest integer, halves to the even one, as NumPy and PyTorch round. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const fraction = value - below
  if (fraction !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

/** `value`, moved to the nearer end of [-limit, limit] if outside. */
export function clip(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}

/** The ranks of values from 1; equal values share the mean of their ranks. `ties` has the size of each such group. */
export function averageRanks(values: Numbers): { ranks: Float64Array; ties: number[] } {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (one, other) => numberAt(values, one) - numberAt(values, other),
  )
  const ranks = new Float64Array(values.length)
  const ties: number[] = []
  for (let first = 0; first < order.length; ) {
    let next = first + 1
    while (next < order.length && values[numberAt(order, next)] === values[numberAt(order, first)])
      next++
    for (let place = first; place < next; place++) {
      ranks[numberAt(order, place)] = (first + next + 1) / 2
    }
    if (next - first > 1) ties.push(next - first)
    first = next
  }
  return { ranks, ties }
}
