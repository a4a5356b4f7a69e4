/** Compares the configurations of two runs. */
import { createHash } from 'node:crypto'
import type { RunConfig } from '../learn/config.js'

/**
 * Whether two configurations compute the same up to the rounding of sums: threads and provider,
 * on which the last bits depend, may differ.
 */
export function sameRun(one: RunConfig, other: RunConfig): boolean {
  return essenceOf(one) === essenceOf(other)
}

/** 64 digits, the same for runs that compute the same (`sameRun`). */
export function identityOf(config: RunConfig): string {
  return createHash('sha256').update(essenceOf(config)).digest('hex')
}

function essenceOf({ threads: _, provider: __, ...rest }: RunConfig): string {
  return JSON.stringify(sorted(rest))
}

/** The settings in which another run differs, or its model and seed if the models differ. */
export function difference(asked: RunConfig, before: RunConfig): { expected: string; got: string } {
  const leaves = new Map(leavesOf(asked))
  const there = new Map(leavesOf(before))
  const keys = [...new Set([...leaves.keys(), ...there.keys()])].filter(
    (key) => leaves.get(key) !== there.get(key) && key !== 'threads' && key !== 'provider',
  )
  const told = asked.model === before.model ? keys : ['model', 'seed']
  const say = (values: ReadonlyMap<string, string>) =>
    told
      .slice(0, 3)
      .map((key) => `${key} ${values.get(key) ?? 'not given'}`)
      .join(', ') + (told.length > 3 ? `, and ${told.length - 3} more` : '')
  return { expected: say(leaves), got: say(there) }
}

/** Every value of a configuration as text, with its path: `training.epochs`. */
function leavesOf(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    if (inner === undefined) return []
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leavesOf(inner, `${path}${key}.`)
      : [[path + key, String(inner)]]
  })
}

/** Sorts the keys of objects at every depth. */
export function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
