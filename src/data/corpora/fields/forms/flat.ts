/** Files without groups, such as `.npz`: fields of all splits side by side, each with its split's name. */
import type { PickleValue } from '../../../../formats/pickle/index.js'
import { perSplit, type SplitName, splitNames } from '../../../dataset.js'
import { type Fields, splitOf } from '../names.js'

/**
 * The fields by split, where every split's name stands before or after the field's (`train_text`,
 * `labels.dev`), or each field holds the splits.
 *
 * @returns undefined where no field is named so
 */
export function ungroup(top: Fields): Fields | undefined {
  const found = perSplit((): Map<PickleValue, PickleValue> => new Map())
  let count = 0
  for (const [key, value] of top) {
    if (value instanceof Map) count += takeSplits(key, value, found)
    const named = fieldAndSplit(key)
    if (named === undefined) continue
    found[named.split].set(named.field, value)
    count++
  }
  if (count < splitNames.length) return undefined
  const filled = splitNames.filter((name) => found[name].size > 0)
  return new Map(filled.map((name) => [name, found[name]]))
}

function fieldAndSplit(key: string): { field: string; split: SplitName } | undefined {
  for (const [, one = '', other = ''] of [
    /^([a-z]+)[_/.-](.+)$/i.exec(key) ?? [],
    /^(.+)[_/.-]([a-z]+)$/i.exec(key) ?? [],
  ]) {
    const [first, last] = [splitOf(one), splitOf(other)]
    if (first !== undefined && other !== '') return { field: other, split: first }
    if (last !== undefined) return { field: one, split: last }
  }
  return undefined
}

/** Takes what a field holds for each split. @returns for how many */
function takeSplits(
  field: string,
  value: ReadonlyMap<PickleValue, PickleValue>,
  found: Readonly<Record<SplitName, Map<PickleValue, PickleValue>>>,
): number {
  let count = 0
  for (const [key, inner] of value) {
    const split = typeof key === 'string' ? splitOf(key) : undefined
    if (split === undefined) continue
    found[split].set(field, inner)
    count++
  }
  return count
}
