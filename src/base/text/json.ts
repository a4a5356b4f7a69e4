/** JSON that is safe to print to a terminal. */
import { shortened } from './clean.js'

/** Characters that JSON allows unescaped but a terminal would interpret. */
const acting = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g

/**
 * A value as one line of JSON that a terminal cannot interpret: special characters become escape
 * codes.
 */
export function jsonLine(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    acting,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** How much of a value a message shows: its depth, and the items of each list or object. */
const mostDeep = 4
const mostBeside = 50

/**
 * A value as JSON for a message, even if it is deep, long or contains itself.
 * NaN and infinity, for which JSON has only null, are named where they stand alone.
 *
 * @param most the longest text kept, in characters
 */
export function briefJson(value: unknown, most = 2000): string {
  if (typeof value === 'number') return String(value)
  return JSON.stringify(cut(value, most, 0)) ?? 'nothing'
}

function cut(value: unknown, most: number, depth: number): unknown {
  if (typeof value === 'string') return shortened(value, most)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === mostDeep) return '…'
  const inner = (one: unknown) => cut(one, most, depth + 1)
  if (Array.isArray(value)) {
    const kept = value.slice(0, mostBeside).map(inner)
    return value.length > mostBeside ? [...kept, '…'] : kept
  }
  const keys = Object.keys(value)
  const kept = keys.slice(0, mostBeside).map((key) => [key, inner(Reflect.get(value, key))])
  return Object.fromEntries(keys.length > mostBeside ? [...kept, ['…', '…']] : kept)
}
