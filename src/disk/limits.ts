/** How much readers take before they refuse, and how to let them take more. */
import { getHeapStatistics } from 'node:v8'
import { LimbicError } from '../base/errors.js'
import { sizeOf } from '../base/text/size.js'
import { machineMemory } from './machine.js'

export { sizeOf } from '../base/text/size.js'

/**
 * What each limit is unless the environment says otherwise (`LIMBIC_LIMIT_MEMORY=4G`), in bytes
 * where nothing else is said.
 */
const defaults = {
  /** What the values of one file may take in memory, once read. */
  memory: 2 ** 30,
  /** A configuration, or another file of YAML. */
  yaml: 2 ** 18,
  /** A file of JSON. */
  json: 2 ** 28,
  /** A line of a file or stream of lines. */
  line: 2 ** 26,
  /** What one run of a model may take; by default the memory of this machine. */
  model: Number.MAX_SAFE_INTEGER,
  /** Seconds for which a pipe that is read as a file may give nothing. */
  wait: 10,
} as const

export type LimitName = keyof typeof defaults

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** The variable of the environment that sets a limit. */
export function limitVariable(name: LimitName): string {
  return `LIMBIC_LIMIT_${name.toUpperCase()}`
}

/**
 * A limit as the environment sets it, else its default. That of memory is by default no more than
 * half of what Node may use.
 *
 * @throws LimbicError if the environment sets it to what is no size
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

/** The error of something beyond a limit: tells which it is and how to raise it. */
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

/** Four times as much, as the variable takes it. */
function raised(name: LimitName, value: number): string {
  const more = 4 * value
  if (name === 'wait') return `${more}`
  if (more >= 2 ** 30) return `${Math.ceil(more / 2 ** 30)}G`
  return more >= 2 ** 20 ? `${Math.ceil(more / 2 ** 20)}M` : `${more}`
}
