/** The limits on what readers accept, and how to raise them. */
import { getHeapStatistics } from 'node:v8'
import { LimbicError } from '../base/errors.js'
import { sizeOf } from '../base/text/size.js'
import { machineMemory } from './machine.js'

export { sizeOf } from '../base/text/size.js'

/**
 * The default of each limit, in bytes unless stated; the environment overrides it
 * (`LIMBIC_LIMIT_MEMORY=4G`).
 */
const defaults = {
  /** Memory that the values of one file may take. */
  memory: 2 ** 30,
  /** A YAML file, such as a configuration. */
  yaml: 2 ** 18,
  /** A JSON file. */
  json: 2 ** 28,
  /** One line of a file or stream. */
  line: 2 ** 26,
  /** Memory for one run of a model; by default this machine's memory. */
  model: Number.MAX_SAFE_INTEGER,
  /** Copies of data that lie in a store, all together. */
  cache: 100 * 2 ** 30,
  /** Seconds that a pipe may stay silent. */
  wait: 10,
} as const

export type LimitName = keyof typeof defaults

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** The environment variable of a limit. */
export function limitVariable(name: LimitName): string {
  return `LIMBIC_LIMIT_${name.toUpperCase()}`
}

/**
 * A limit from the environment, or its default. The default for memory is at most half of Node's
 * heap.
 *
 * @throws LimbicError if the environment's value is not a size
 */
export function limit(name: LimitName): number {
  const variable = limitVariable(name)
  const given = process.env[variable]
  if (given === undefined || given === '') {
    if (name === 'model') return machineMemory()
    if (name !== 'memory') return defaults[name]
    return Math.min(defaults.memory, Math.floor(getHeapStatistics().heap_size_limit / 2))
  }
  const [, digits, unit = ''] = /^(\d{1,15})([KMG]?)$/i.exec(given) ?? []
  const value = Number(digits) * (units[unit.toUpperCase()] ?? Number.NaN)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new LimbicError('invalid limit', {
    where: `environment variable ${variable}`,
    expected: 'a whole number, optionally with the suffix K, M or G',
    got: `"${given}"`,
  })
}

/** The error for something beyond a limit: names the limit and how to raise it. */
export function overLimit(
  what: string,
  name: LimitName,
  { where, got }: { readonly where: string; readonly got?: string },
): LimbicError {
  const most = limit(name)
  const variable = limitVariable(name)
  const heap =
    name === 'memory' ? ', and the memory of Node with NODE_OPTIONS=--max-old-space-size=8192' : ''
  return new LimbicError(what, {
    where,
    expected: `at most ${amount(name, most)}`,
    ...(got !== undefined && { got }),
    hint: `To read it anyway, raise the limit with ${variable}=${raised(name, most)}${heap}`,
  })
}

function amount(name: LimitName, value: number): string {
  if (name === 'wait') return `${value} s`
  return sizeOf(value)
}

/** Four times as much, in the variable's notation. */
function raised(name: LimitName, value: number): string {
  const more = 4 * value
  if (name === 'wait') return `${more}`
  if (more >= 2 ** 30) return `${Math.ceil(more / 2 ** 30)}G`
  return more >= 2 ** 20 ? `${Math.ceil(more / 2 ** 20)}M` : `${more}`
}
