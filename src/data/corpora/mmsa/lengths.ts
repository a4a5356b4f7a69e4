/** Infers true lengths that a file does not state: from BERT's mask, else from rows of zeros. */
import type { PickleValue } from '../../../formats/pickle/index.js'
import { type Feature, type Modality, modalities } from '../../dataset.js'
import { emptyWords, type InvalidPolicy } from '../../prepare/invalid/invalid.js'
import {
  commonExtents,
  type Extents,
  emptySamples,
  extentSource,
  findExtents,
  notePadding,
} from '../fields/extents.js'
import { type BertTokens, bertTokens } from '../fields/forms/bert-tokens.js'
import {
  type FeatureTable,
  type Fields,
  featureTable,
  fieldValue,
  optional,
  required,
} from '../fields/index.js'
import { paddedSequences } from './padded-sequences.js'

/** One modality of a split with its true lengths. */
export interface LengthedSequence {
  readonly source: Feature
  /** 1 for samples without any true step, else 0. */
  readonly empty: Uint8Array
}

/**
 * The sequences of a split with the lengths stated in `*_lengths`. Without them, the length of text
 * comes from the mask in row 1 of `text_bert`, as does that of every modality with as many steps if
 * the file states no lengths at all; otherwise rows of zeros before and after a sample are padding.
 * In a list of one array per sample, each array has its own length.
 *
 * @param notes receives notes on where lengths come from
 * @throws LimbicError if features or lengths have another form
 */
export function lengthedSequences(
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
  where: string,
  told: { readonly split: string; readonly policy: InvalidPolicy; readonly notes: string[] },
): Partial<Record<Modality, LengthedSequence>> {
  const tables = new Map<Modality, FeatureTable>()
  const stated = new Map<Modality, PickleValue>()
  const tokens = new Map<Modality, BertTokens>()
  for (const [modality, field] of chosen) {
    const bert = bertTokens(fields.get(field))
    if (bert) {
      tokens.set(modality, bert)
      told.notes.push(`${told.split}: ${field} are tokens as BERT reads them, read as ${modality}`)
      continue
    }
    tables.set(
      modality,
      featureTable(required(fields, field, where, 'field'), `${where}, ${field}`),
    )
    const lengths = optional(fields, `${field}_lengths`) ?? optional(fields, `${modality}_lengths`)
    if (lengths !== undefined) stated.set(modality, lengths)
  }
  const all = [...tables.values()]
  const together =
    stated.size === 0 && all.every(({ longest, ragged }) => longest === all[0]?.longest && !ragged)
  const mask = bertTokens(fieldValue(fields, ['text_bert']))
  const padded = new Map<Modality, Extents>()
  const found: Partial<Record<Modality, LengthedSequence>> = {}
  for (const [modality, { feature }] of tokens) {
    found[modality] = { source: feature, empty: new Uint8Array(feature.lengths.length) }
  }
  for (const [modality, field] of chosen) {
    const table = tables.get(modality)
    if (!table) continue
    const [at, value] = [`${where}, ${field}`, required(fields, field, where, 'field')]
    const fits =
      mask?.steps === table.longest && mask.lengths.length === table.samples && !table.ragged
    const lengths =
      stated.get(modality) ??
      (fits && (modality === 'text' || together) ? [...mask.lengths] : undefined)
    if (lengths === undefined && !table.ragged && table.longest > 1) {
      padded.set(modality, findExtents(value, at))
      continue
    }
    const { source, empty } = paddedSequences(value, lengths, at, `${at}_lengths`)
    found[modality] = { source, empty }
    if (!stated.has(modality) && lengths !== undefined) {
      told.notes.push(`${told.split}: lengths of ${modality} by the mask in text_bert`)
    }
    noteEmpty(empty, modality, told)
  }
  const extents = together ? commonExtents([...padded.values()]) : [...padded.values()]
  for (const [index, [modality, own]] of [...padded].entries()) {
    const extent = extents[index] ?? own
    found[modality] = { source: extentSource(extent, false), empty: emptySamples(own) }
    const known = told.notes.length
    notePadding(extent, own, `${told.split}: ${modality}`, told.policy, told.notes)
    if (told.notes.length === known) {
      told.notes.push(`${told.split}: no lengths of ${modality}; all its steps count`)
    }
  }
  return Object.fromEntries(
    modalities.flatMap((modality) => {
      const sequence = found[modality]
      return sequence ? [[modality, sequence]] : []
    }),
  )
}

function noteEmpty(
  empty: Uint8Array,
  modality: Modality,
  { split, policy, notes }: { split: string; policy: InvalidPolicy; notes: string[] },
): void {
  const count = empty.reduce((sum, one) => sum + one, 0)
  if (count > 0) {
    notes.push(`${split}: ${count} samples of ${modality} are empty, read as ${emptyWords(policy)}`)
  }
}
