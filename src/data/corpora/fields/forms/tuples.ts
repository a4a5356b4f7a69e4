/** Splits that are lists of tuples, as MISA and MAG-BERT keep them, turned into fields. */
import { LimbicError } from '../../../../base/errors.js'
import { PickledArray, type PickleValue } from '../../../../formats/pickle/index.js'
import { describeValue } from '../describe.js'
import { holdsTexts } from '../labels/matrix.js'
import type { Fields } from '../names.js'

/** Whether a value is a list of samples, each `(features, label, ...)` with several features. */
export function isTuples(value: PickleValue | undefined): value is PickleValue[] {
  const first = Array.isArray(value) ? value[0] : undefined
  const features = Array.isArray(first) && first.length >= 2 ? first[0] : undefined
  return Array.isArray(features) && features.length >= 2 && features.length <= 5
}

/**
 * The fields of a split of tuples: `((words, vision, audio, ...), label, id)`. Words are vectors,
 * texts or word ids; words as texts are the transcript, as is a fourth feature of texts. Word ids
 * mean nothing without their vectors, which are in another file: they are left out, with a note.
 *
 * @throws LimbicError, naming the row, if a sample is another kind of tuple
 */
export function fieldsOfTuples(
  samples: readonly PickleValue[],
  where: string,
  notes: string[],
): Fields {
  const rows = samples.map((sample, row) => {
    const [features, label, id] = Array.isArray(sample) ? sample : []
    if (Array.isArray(features) && features.length >= 2 && label !== undefined) {
      return { features, label, id }
    }
    throw new LimbicError('a sample is not a tuple like the others', {
      where: `${where}, row ${row}`,
      expected: '((words, vision, audio), label, id)',
      got: describeValue(sample),
    })
  })
  const column = (index: number): PickleValue[] => rows.map(({ features }) => features[index] ?? [])
  const [first, count] = [rows[0]?.features[0], rows[0]?.features.length ?? 0]
  const fields = new Map<string, PickleValue>([['labels', rows.map(({ label }) => label)]])
  if (rows.every(({ id }) => typeof id === 'string' || id instanceof Uint8Array)) {
    fields.set(
      'id',
      rows.map(({ id }) => id ?? null),
    )
  }
  if (first !== undefined && holdsTexts(first)) fields.set('raw_text', column(0))
  else if (isVectors(first)) fields.set('text', column(0))
  else
    notes.push(
      `${where}: the numbers of words are left out, since their vectors are in another file`,
    )
  fields.set('vision', column(1))
  if (count > 2) fields.set('audio', column(2))
  const fourth = rows[0]?.features[3]
  if (fourth !== undefined && holdsTexts(fourth)) fields.set('raw_text', column(3))
  return fields
}

function isVectors(value: PickleValue | undefined): boolean {
  if (value instanceof PickledArray) return value.shape.length === 2
  return Array.isArray(value) && (Array.isArray(value[0]) || value[0] instanceof PickledArray)
}
