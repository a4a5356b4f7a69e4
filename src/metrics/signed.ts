/** Numbers whose sign matters. */
import { fixed } from '../base/numbers.js'

/** A number with its sign, where the side matters; without one where it is written as 0. */
export function formatSigned(value: number, digits: number): string {
  const written = fixed(value, digits)
  return value > 0 && Number(written) !== 0 ? `+${written}` : written
}
