/** The fields of the splits of a file. */
import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import { modalities, perSplit, type Split, type SplitName, splitNames } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'
import { subset } from '../../prepare/split/views.js'
import { textColumn } from './columns.js'
import { describeValue } from './describe.js'
import { ungroup } from './forms/flat.js'
import { fieldsOfTuples, isTuples } from './forms/tuples.js'
import {
  type Fields,
  fieldValue,
  firstOf,
  modalityWords,
  renameFields,
  splitNamed,
  transcriptWords,
} from './names.js'

export type { Fields } from './names.js'

/** The entries of a dictionary. @throws LimbicError if it is not a dictionary. */
export function fieldsOf(value: PickleValue, where: string): Fields {
  if (isDialogues(value)) {
    throw new LimbicError('features by dialogue, as in files of DialogueRNN, are not supported', {
      where,
      got: describeValue(value),
      hint: 'Write one entry per sample under train, valid and test, each with text, audio, vision and labels',
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
    throw new LimbicError('the keys of a dictionary are not text', {
      where,
      expected: "names, such as 'train' and 'text'",
      got: describeValue(value.keys().next().value),
    })
  }
  return new Map(entries)
}

/** The fields of the splits of a file. */
export interface SplitFields {
  /** The splits that are read, in their usual order; never empty. */
  readonly present: readonly SplitName[]
  /** The fields of every split; a split that is not read has those of the first that is. */
  readonly fields: Readonly<Record<SplitName, Fields>>
}

/**
 * The entries of each split of a file, under any common name (`dev`, `VAL`). Splits that are lists
 * of tuples become fields. Three values in a row, each with the fields of a split, are train, valid
 * and test. A file with the fields of one split is that split if one is enough.
 *
 * @param more values that follow the first in the file
 * @throws LimbicError if a required split is missing, or is neither fields nor a list of tuples
 */
export function splitFields(
  root: PickleValue,
  path: string,
  notes: string[] = [],
  more: readonly PickleValue[] = [],
  options: PartsOptions = {},
): SplitFields {
  const { only, partial = false } = options
  const row = inARow(root, more, notes)
  const whole = row ?? fieldsOf(root, path)
  if (row === undefined && more.length > 0) {
    notes.push(`the file holds ${more.length + 1} values one after another; the first is read`)
  }
  const wanted = only ?? splitNames
  const top = grouped(whole, options)
  const single = top === whole && isOneSplit(whole, options)
  const named = single
    ? new Map<SplitName, PickleValue>([[wanted[0] ?? 'train', root]])
    : bySplit(top, options, notes)
  if (single && !only && !partial) {
    throw new LimbicError('the file has no splits, only the fields of one', {
      where: path,
      expected: 'train, valid and test',
      got: [...top.keys()].slice(0, 20).join(', '),
      hint: 'Divide the samples with --divide random (or folds, or speakers)',
    })
  }
  const there = wanted.filter((name) => named.has(name))
  const present = only ? there.slice(0, 1) : there
  const [first] = present
  const lacking = only || partial ? present.length === 0 : present.length < splitNames.length
  if (lacking || first === undefined) {
    const missing = wanted.find((name) => !named.has(name)) ?? 'train'
    throw noSplit(missing, top, path, present.length > 0)
  }
  const own = new Map(
    present.map((name) => {
      const where = `${path}, split ${name}`
      const value = named.get(name) ?? null
      const fields = isTuples(value) ? fieldsOfTuples(value, where, notes) : fieldsOf(value, where)
      return [name, renameFields(fields, options, where)] as const
    }),
  )
  const stand = own.get(first) ?? new Map()
  return {
    present: splitNames.filter((name) => own.has(name)),
    fields: perSplit((name) => own.get(name) ?? stand),
  }
}

/** Makes the splits that are read; the others are copies of the first without samples. */
export function perPresent(
  present: readonly SplitName[],
  make: (name: SplitName) => Split,
): Record<SplitName, Split> {
  const made = new Map(present.map((name) => [name, make(name)]))
  const [first] = made.values()
  return perSplit((name) => made.get(name) ?? emptied(first, name))
}

function emptied(split: Split | undefined, name: string): Split {
  if (split) return subset(split, [])
  throw new LimbicError(`no split called "${name}"`)
}

/** The fields by split, whether the file nests fields in splits or splits in fields. */
function grouped(whole: Fields, options: PartsOptions): Fields {
  const inside = [...whole.keys()].some((name) => splitNamed(name, options) !== undefined)
  return inside ? whole : (ungroup(whole, options) ?? whole)
}

function isOneSplit(whole: Fields, options: PartsOptions): boolean {
  const named = [...whole.keys()].some((name) => splitNamed(name, options) !== undefined)
  const features = modalities.some((modality) => fieldValue(whole, modalityWords[modality]))
  return !named && features
}

function bySplit(
  top: Fields,
  options: PartsOptions,
  notes: string[],
): ReadonlyMap<SplitName, PickleValue> {
  const named = new Map<SplitName, PickleValue>()
  for (const [name, value] of top) {
    const split = splitNamed(name, options)
    if (split === undefined || named.has(split)) continue
    named.set(split, value)
    if (split !== name.toLowerCase()) notes.push(`${split}: read from "${name}"`)
  }
  return named
}

function noSplit(name: SplitName, top: Fields, where: string, others: boolean): LimbicError {
  const known = [...top.keys()].slice(0, 20).join(', ')
  const near = nearest(name, [...top.keys()])
  const divide = others ? ', or divide the samples with --divide random' : ''
  const call = `Say what the file calls it with --names ${name}=${near ?? 'NAME'}`
  return new LimbicError(`no split called "${name}"`, {
    where,
    got: known === '' ? 'nothing at all' : `only ${known}`,
    hint: `${call}${divide}`,
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

/** A required entry. @throws LimbicError naming what is there instead. */
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
 * A column of texts, if there is one.
 *
 * @param missing the replacement for None and NaN, if texts may be missing
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

/** The transcripts of the samples, if the file has them. */
export function transcripts(fields: Fields, where: string): string[] | undefined {
  const name = firstOf(fields, transcriptWords)
  return name === undefined ? undefined : optionalTexts(fields, name, where, '')
}

/**
 * Whether a value is a tuple of dictionaries by dialogue and lists of dialogues, as DialogueRNN's
 * files are.
 */
function isDialogues(value: PickleValue): boolean {
  return (
    Array.isArray(value) &&
    value.length > 3 &&
    value.slice(0, 3).every((item) => item instanceof Map)
  )
}
