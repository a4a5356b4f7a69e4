/** True lengths of samples that a file does not state: by BERT's mask, else by the rows of zeros. */
import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import { type Modality, modalities, type SequenceSource } from '../../dataset.js'
import { emptyWords, type InvalidPolicy } from '../../prepare/invalid/invalid.js'
import {
  commonExtents,
  type Extents,
  emptySamples,
  extentSource,
  findExtents,
  notePadding,
} from '../fields/extents.js'
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
  readonly source: SequenceSource
  /** 1 for samples without any true step. */
  readonly empty: Uint8Array
}

/**
 * The sequences of a split with the lengths that `*_lengths` states. Where there are none, lengths
 * are those of the mask in row 1 of `text_bert` for text, and for everything with as many steps in a
 * file that states none at all; else rows of zeros before and after a sample are padding. Lists of
 * one array a sample have the lengths that they have.
 *
 * @param notes is told where lengths come from
 * @throws LimbicError if features or lengths are of another form
 */
export function lengthedSequences(
  fields: Fields,
  chosen: ReadonlyMap<Modality, string>,
  where: string,
  told: { readonly split: string; readonly policy: InvalidPolicy; readonly notes: string[] },
): Partial<Record<Modality, LengthedSequence>> {
  const tables = new Map<Modality, FeatureTable>()
  const stated = new Map<Modality, PickleValue>()
  for (const [modality, field] of chosen) {
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
  const mask = maskLengths(fieldValue(fields, ['text_bert']))
  const padded = new Map<Modality, Extents>()
  const found: Partial<Record<Modality, LengthedSequence>> = {}
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

/**
 * The lengths that BERT's mask tells: row 1 of samples x 3 x steps (token numbers, mask, segments).
 * Undefined where the value is no such thing, or a mask has gaps.
 */
function maskLengths(
  value: PickleValue | undefined,
): { readonly steps: number; readonly lengths: readonly number[] } | undefined {
  if (!(value instanceof PickledArray) || value.content?.kind !== 'stored') return undefined
  const [samples = 0, rows, steps = 0] = value.shape
  if (value.shape.length !== 3 || rows !== 3 || value.content.array.isText) return undefined
  const numbers = value.content.array.toNumbers()
  const lengths: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const start = (sample * 3 + 1) * steps
    const mask = Array.from(numbers.subarray(start, start + steps))
    const length = mask.lastIndexOf(1) + 1
    if (!mask.every((one, step) => one === (step < length ? 1 : 0))) return undefined
    lengths.push(length)
  }
  return { steps, lengths }
}
