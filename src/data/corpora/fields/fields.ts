import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import { perSplit, type SplitName } from '../../dataset.js'
import { describeValue, textColumn } from './columns.js'

export type Fields = ReadonlyMap<string, PickleValue>

/** The entries of a dictionary. @throws LimbicError if it is none. */
function fieldsOf(value: PickleValue, where: string): Fields {
  if (!(value instanceof Map)) {
    throw new LimbicError("not in the layout of MMSA's or MulT's feature files", {
      where,
      expected: 'a dictionary',
      got: describeValue(value),
    })
  }
  const entries = [...value].filter((entry): entry is [string, PickleValue] => {
    return typeof entry[0] === 'string'
  })
  return new Map(entries)
}

/** The entries of each split of a file. @throws LimbicError if one is missing or no dictionary. */
export function splitFields(root: PickleValue, path: string): Record<SplitName, Fields> {
  const top = fieldsOf(root, path)
  return perSplit((name) => fieldsOf(required(top, name, path, 'split'), `${path}, split ${name}`))
}

/** An entry that must be there. @throws LimbicError naming what is there instead. */
export function required(fields: Fields, name: string, where: string, what: string): PickleValue {
  const value = fields.get(name)
  if (value !== undefined) return value
  const known = [...fields.keys()]
  const near = nearest(name, known)
  throw new LimbicError(`no ${what} called "${name}"`, {
    where,
    got: known.length > 0 ? `only ${known.slice(0, 20).join(', ')}` : 'nothing at all',
    ...(near && { hint: `The nearest is "${near}"` }),
  })
}

/** An entry that may be missing, or None. */
export function optional(fields: Fields, name: string): PickleValue | undefined {
  return fields.get(name) ?? undefined
}

/** A column of texts, where there is one. */
export function optionalTexts(fields: Fields, name: string, where: string): string[] | undefined {
  const value = optional(fields, name)
  return value === undefined ? undefined : textColumn(value, `${where}, ${name}`)
}
