import { LimbicError } from '../../errors.js'
import { nearest } from '../../validation.js'
import type { InvalidPolicy } from '../invalid.js'
import type { PickleValue } from '../pickle/index.js'
import {
  type Modality,
  modalities,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
} from '../types.js'
import { kind, textColumn } from './columns.js'

/** Options of the readers of feature pickles. */
export interface FeatureFileOptions {
  /** What the data set is to be called; by default the file's name. */
  readonly name?: string
  /** The field to read for a modality, where it is not the modality's own name; false leaves it out. */
  readonly modalities?: Readonly<Partial<Record<Modality, string | false>>>
  /** What to do with NaN and infinity among the features; 'refuse' by default. */
  readonly invalid?: InvalidPolicy
  /**
   * Whether to look for invalid numbers on opening (default); without it `invalid` has no effect
   * and features come as they are in the file.
   */
  readonly scan?: boolean
}

export type Fields = ReadonlyMap<string, PickleValue>

/** The entries of a dictionary. @throws LimbicError if it is none. */
function fieldsOf(value: PickleValue, where: string): Fields {
  if (!(value instanceof Map)) {
    throw new LimbicError("not in the layout of MMSA's or MulT's feature files", {
      where,
      expected: 'a dictionary',
      got: kind(value),
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

/** The field of each modality that is to be read: the wished ones, else those that are there. */
export function chooseModalities(
  train: Fields,
  { modalities: wished = {} }: FeatureFileOptions,
  where: string,
): ReadonlyMap<Modality, string> {
  for (const name of Object.keys(wished)) {
    if ((modalities as readonly string[]).includes(name)) continue
    const near = nearest(name, modalities)
    throw new LimbicError(`no modality called "${name}"`, {
      where: 'the option modalities',
      expected: modalities.join(', '),
      ...(near && { hint: `The nearest is "${near}"` }),
    })
  }
  const chosen = new Map<Modality, string>()
  for (const modality of modalities) {
    const field = wished[modality]
    if (field) required(train, field, where, `field for ${modality}`)
    if (field) chosen.set(modality, field)
    else if (field === undefined && train.has(modality)) chosen.set(modality, modality)
  }
  if (chosen.size === 0) {
    throw new LimbicError('no features to read', {
      where,
      expected: modalities.join(' or '),
      got: [...train.keys()].slice(0, 20).join(', '),
      hint: 'Name the fields that hold them, such as --names vision=visual',
    })
  }
  return chosen
}

/** A column of texts, where there is one. */
export function optionalTexts(fields: Fields, name: string, where: string): string[] | undefined {
  const value = fields.get(name)
  return value === undefined || value === null ? undefined : textColumn(value, `${where}, ${name}`)
}

/** Whether all modalities of every sample have the same number of steps. */
export function isAligned({ sequences }: Split): boolean {
  const [first, ...others] = Object.values(sequences).map((source) => source.lengths)
  return others.every((lengths) => lengths.every((length, row) => length === first?.[row]))
}

/** Ids in more than one split mean that a model is judged on what it has seen. */
export function sharedIds(splits: Record<SplitName, Split>): string[] {
  return (['valid', 'test'] as const).flatMap((name) => {
    const others = splitNames.slice(0, splitNames.indexOf(name))
    const seen = new Set(others.flatMap((other) => splits[other].ids))
    const shared = splits[name].ids.filter((id) => seen.has(id)).length
    return shared > 0 ? [`${name}: ${shared} ids are also in ${others.join(' or ')}`] : []
  })
}
