/** Divides long sequences into windows of steps. */

import { LimbicError } from '../../base/errors.js'

/** Some steps of a sequence, one after the other. */
export interface Window {
  /** The first step, from 0. */
  readonly from: number
  /** The step after the last. */
  readonly to: number
}

/** Longer sequences than this have this many windows. */
export const mostWindows = 60

/**
 * A sequence cut into windows that are equal but for one step: each step by itself as long as there
 * are no more than `most`, or else `most` windows of several steps.
 *
 * @throws LimbicError if `most` is no positive integer
 */
export function windowsOf(length: number, most: number = mostWindows): Window[] {
  if (!Number.isInteger(most) || most < 1) {
    throw new LimbicError('the number of windows must be positive', {
      where: 'windows',
      got: String(most),
    })
  }
  const count = Math.min(length, most)
  const edge = (place: number) => Math.floor((place * length) / count)
  return Array.from({ length: count }, (_, place) => ({ from: edge(place), to: edge(place + 1) }))
}

/** A window's words, or the numbers of its steps, such as "9–17". */
export function windowLabel({ from, to }: Window, labels: readonly string[]): string {
  const own = labels.slice(from, to)
  const numbered = own.every((label, place) => label === String(from + place + 1))
  if (!numbered) return own.join(' ')
  return to - from === 1 ? String(to) : `${from + 1}–${to}`
}
