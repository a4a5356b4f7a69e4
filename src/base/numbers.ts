/** Formats and converts numbers, and finds the extremes and the mean of lists of any length. */

/** A number with this many decimals; a rounded zero has no sign. */
export function fixed(value: number, digits: number): string {
  const written = value.toFixed(digits)
  return /^-[0.]+$/.test(written) ? written.slice(1) : written
}

/** A number of bytes: `0 bytes`, `812 bytes`, `4.5 kB`, `128.0 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? '' : 's'}`
  const units = ['kB', 'MB', 'GB', 'TB']
  let [size, unit] = [bytes / 1000, 0]
  // Decide by the rounded value: 999,960 bytes are 1.0 MB, not 1000.0 kB.
  while (Number(size.toFixed(1)) >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${size.toFixed(1)} ${units[unit]}`
}

/** The largest of any number of values; NaN if any is NaN, at least `floor`. */
export function largest(values: Iterable<number>, floor = Number.NEGATIVE_INFINITY): number {
  let most = floor
  for (const value of values) most = Math.max(most, value)
  return most
}

/** The smallest of any number of values; NaN if any is NaN, at most `ceiling`. */
export function smallest(values: Iterable<number>, ceiling = Number.POSITIVE_INFINITY): number {
  let least = ceiling
  for (const value of values) least = Math.min(least, value)
  return least
}

/** The element at an index; NaN beyond the end, so that the mistake shows in any sum. */
export function numberAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN
}

/** Numbers of any type as float32. */
export function toFloats(values: ArrayLike<number | bigint>): Float32Array {
  return Float32Array.from(values, Number)
}

/** Whether a value is a typed array, of numbers or bigints. */
export function isTypedArray(value: unknown): value is ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

/** The arithmetic mean; NaN for an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += numberAt(values, index)
  return sum / values.length
}
