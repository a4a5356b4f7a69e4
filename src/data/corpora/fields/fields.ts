/** The fields of the splits of a file. */
import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import { modalities, perSplit, type SplitName, splitNames } from '../../dataset.js'
import { textColumn } from './columns.js'
import { describeValue } from './describe.js'
import { ungroup } from './flat.js'
import { type Fields, firstOf, splitOf, transcriptWords } from './names.js'
import { fieldsOfTuples, isTuples } from './tuples.js'

export type { Fields } from './names.js'

/** The entries of a dictionary. @throws LimbicError if it is none. */
export function fieldsOf(value: PickleValue, where: string): Fields {
  if (isDialogues(value)) {
    throw new LimbicError('features of dialogues, as those of DialogueRNN are, are not read', {
      where,
      got: describeValue(value),
      hint: 'Write one entry a sample under train, valid and test, each with text, audio, vision and labels',
    })
  }
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
  if (entries.length === 0 && value.size > 0) {
    throw new LimbicError('the keys of a dictionary are no texts', {
      where,
      expected: "names, such as 'train' and 'text'",
      got: describeValue(value.keys().next().value),
    })
  }
  return new Map(entries)
}

/**
 * The entries of each split of a file, under whatever common name a file has for it (`dev`, `VAL`).
 * Splits that are lists of tuples become fields. Three values in a row, each the fields of a split,
 * are train, valid and test.
 *
 * @param more values that follow the first in the file
 * @throws LimbicError if one is missing, or is neither
 */
export function splitFields(
  root: PickleValue,
  path: string,
  notes: string[] = [],
  more: readonly PickleValue[] = [],
): Record<SplitName, Fields> {
  const row = inARow(root, more, notes)
  const whole = row ?? fieldsOf(root, path)
  if (row === undefined && more.length > 0) {
    notes.push(`the file holds ${more.length + 1} values one after another; the first is read`)
  }
  const grouped = [...whole.keys()].some((name) => splitOf(name) !== undefined)
  const top = grouped ? whole : (ungroup(whole) ?? whole)
  if (top === whole && !grouped && modalities.some((modality) => top.has(modality))) {
    throw new LimbicError('the file has no splits, only the fields of one', {
      where: path,
      expected: 'train, valid and test',
      got: [...top.keys()].slice(0, 20).join(', '),
      hint: 'Put the fields of each split into a dictionary of its own',
    })
  }
  const named = new Map<string, PickleValue>()
  for (const [name, value] of top) {
    const split = splitOf(name) ?? name
    if (!named.has(split)) named.set(split, value)
    if (split !== name && split !== name.toLowerCase()) notes.push(`${split}: read from "${name}"`)
  }
  return perSplit((name) => {
    const where = `${path}, split ${name}`
    const value = named.get(name) ?? required(top, name, path, 'split')
    return isTuples(value) ? fieldsOfTuples(value, where, notes) : fieldsOf(value, where)
  })
}

function inARow(
  root: PickleValue,
  more: readonly PickleValue[],
  notes: string[],
): Fields | undefined {
  const all = [root, ...more]
  const areSplits = all.every(
    (value) => value instanceof Map && modalities.some((modality) => value.has(modality)),
  )
  if (all.length !== splitNames.length || !areSplits) return undefined
  notes.push('three values one after another are read as train, valid and test, in this order')
  return new Map(splitNames.map((name, index) => [name, all[index] ?? null]))
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

/**
 * A column of texts, where there is one.
 *
 * @param missing what stands for None and NaN, where a text may be missing
 */
export function optionalTexts(
  fields: Fields,
  name: string,
  where: string,
  missing?: string,
): string[] | undefined {
  const value = optional(fields, name)
  return value === undefined ? undefined : textColumn(value, `${where}, ${name}`, missing)
}

/** What was said in each sample, where a file has it. */
export function transcripts(fields: Fields, where: string): string[] | undefined {
  const name = firstOf(fields, transcriptWords)
  return name === undefined ? undefined : optionalTexts(fields, name, where, '')
}

/** Whether a value is a tuple of dictionaries by dialogue, and lists of dialogues. */
function isDialogues(value: PickleValue): boolean {
  return (
    Array.isArray(value) &&
    value.length > 3 &&
    value.slice(0, 3).every((item) => item instanceof Map)
  )
}
