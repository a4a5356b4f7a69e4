/** Ids of samples, in the forms that files use. */

import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import type { SplitName } from '../../dataset.js'
import { textColumn } from './columns.js'
import { type Fields, fieldValue, idWords } from './names.js'

/** Generated ids for samples without ids in the file; a note says so. */
export function rowIds(split: SplitName, samples: number, notes: string[]): string[] {
  notes.push(`${split}: no ids in the file; samples are called by their row`)
  return Array.from({ length: samples }, (_, row) => `${split}-${row}`)
}

/**
 * The ids of a split's samples, under any known name; the row numbers if the file has no ids.
 *
 * @param notes receives a note if there are no ids
 */
export function sampleIds(
  fields: Fields,
  split: SplitName,
  samples: number,
  where: string,
  notes: string[],
): string[] {
  const stored = fieldValue(fields, idWords)
  const absent =
    stored === undefined || (Array.isArray(stored) && stored.every((id) => id === null))
  return absent ? rowIds(split, samples, notes) : readIds(stored, samples, `${where}, id`)
}

/**
 * Ids of the samples: one text each, or video, start and end, which become `video[start-end]`.
 *
 * @param samples the number of samples, since an array may hold several texts per sample.
 * @throws LimbicError if they are not text.
 */
export function readIds(value: PickleValue, samples: number, where: string): string[] {
  if (Array.isArray(value)) {
    return value.map((row, at) => joinId(partsOf(row, `${where}, row ${at}`)))
  }
  if (value instanceof PickledArray && value.content?.kind === 'objects') {
    const { items, shape } = value.content
    if (shape.length < 2) return readIds([...items], samples, where)
  }
  const texts = textColumn(value, where)
  const each = Math.max(1, Math.floor(texts.length / Math.max(1, samples)))
  return Array.from({ length: Math.floor(texts.length / each) }, (_, row) =>
    joinId(texts.slice(row * each, (row + 1) * each)),
  )
}

function partsOf(row: PickleValue, where: string): string[] {
  const isList = Array.isArray(row) || (row instanceof PickledArray && row.shape.length > 0)
  return textColumn(isList ? row : [row], where)
}

function joinId([video = '', ...times]: readonly string[]): string {
  return times.length === 0 ? video : `${video}[${times.join('-')}]`
}
