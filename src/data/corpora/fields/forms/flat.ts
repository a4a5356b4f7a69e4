/**
 * Files without groups, such as `.npz`: the fields of all splits at one level, each named after its
 * split.
 */
import type { PickleValue } from '../../../../formats/pickle/index.js'
import { perSplit, type SplitName, splitNames } from '../../../dataset.js'
import type { PartsOptions } from '../../../parts.js'
import { type Fields, splitNamed } from '../names.js'

/**
 * The fields by split, if each name has its split as prefix or suffix (`train_text`, `labels.dev`),
 * or each field holds the splits.
 *
 * @param options the file's names for its splits, if given
 * @returns the splits under the names that are looked up later; undefined if too few fields are
 * named so
 */
export function ungroup(top: Fields, options: PartsOptions = {}): Fields | undefined {
  const found = perSplit((): Map<PickleValue, PickleValue> => new Map())
  let count = 0
  for (const [key, value] of top) {
    if (value instanceof Map) count += takeSplits(key, value, found, options)
    const named = fieldAndSplit(key, options)
    if (named === undefined) continue
    found[named.split].set(named.field, value)
    count++
  }
  if (count < splitNames.length) return undefined
  const filled = splitNames.filter((name) => found[name].size > 0)
  return new Map(filled.map((name) => [options.names?.[name] ?? name, found[name]]))
}

interface Named {
  readonly field: string
  readonly split: SplitName
}

function fieldAndSplit(key: string, options: PartsOptions): Named | undefined {
  const told = byToldName(key, options)
  if (told !== undefined) return told
  for (const [, one = '', other = ''] of [
    /^([a-z]+)[_/.-](.+)$/i.exec(key) ?? [],
    /^(.+)[_/.-]([a-z]+)$/i.exec(key) ?? [],
  ]) {
    const [first, last] = [splitNamed(one, options), splitNamed(other, options)]
    if (first !== undefined && other !== '') return { field: other, split: first }
    if (last !== undefined) return { field: one, split: last }
  }
  return undefined
}

/** Matches given names, which may contain any characters (`hold_out_text`). */
function byToldName(key: string, { names = {} }: PartsOptions): Named | undefined {
  for (const split of splitNames) {
    const name = names[split]
    if (name === undefined || name === '') continue
    const rest = key.length - name.length - 1
    if (rest <= 0) continue
    if (key.startsWith(name) && /[_/.-]/.test(key.charAt(name.length))) {
      return { field: key.slice(name.length + 1), split }
    }
    if (key.endsWith(name) && /[_/.-]/.test(key.charAt(rest))) {
      return { field: key.slice(0, rest), split }
    }
  }
  return undefined
}

/** Collects what a field holds for each split. @returns the number of splits */
function takeSplits(
  field: string,
  value: ReadonlyMap<PickleValue, PickleValue>,
  found: Readonly<Record<SplitName, Map<PickleValue, PickleValue>>>,
  options: PartsOptions,
): number {
  let count = 0
  for (const [key, inner] of value) {
    const split = typeof key === 'string' ? splitNamed(key, options) : undefined
    if (split === undefined) continue
    found[split].set(field, inner)
    count++
  }
  return count
}
