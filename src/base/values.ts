/** Parses values of flags that no schema covers. */
import { LimbicError } from './errors.js'
import { suggest } from './schema.js'

/** A whole number from a flag. @throws LimbicError if it is not one, or out of range */
export function readCount(
  flag: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) {
    return value
  }
  throw new LimbicError('invalid number', {
    where: flag,
    expected: `a whole number from ${least} ${text.trim() !== '' && Number(text) > most ? `to ${most}` : 'on'}`,
    got: `"${text}"`,
  })
}

/** One of several words from a flag. @throws LimbicError that suggests the nearest */
export function readChoice<Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw new LimbicError(`unknown value "${text}"`, { where: flag, hint: suggest(text, choices) })
}
