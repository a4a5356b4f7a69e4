import { LimbicError } from '../errors.js'

/** A whole number from a flag. @throws LimbicError if it is none, or below `least` */
export function readCount(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new LimbicError('not a fitting number', {
    where: flag,
    expected: `a whole number from ${least} on`,
    got: `"${text}"`,
  })
}
