/** Columns of numbers or texts, one cell per sample. */
import { LimbicError } from '../../../base/errors.js'
import { readAll } from '../../../formats/npy/index.js'
import {
  decodeText,
  PickledArray,
  type PickleValue,
  StoredBytes,
} from '../../../formats/pickle/index.js'
import { describeValue } from './describe.js'

/** The numbers of a list or an array, whatever its shape, in order. */
export function numberColumn(value: PickleValue, where: string): Float64Array {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    if (!array.isText) return array.toNumbers()
  }
  const items = listItems(value, where)
  return Float64Array.from(items, (item, row) => {
    const number = item instanceof PickledArray ? onlyNumber(item, `${where}, row ${row}`) : item
    if (typeof number === 'number') return number
    if (typeof number === 'boolean') return Number(number)
    throw new LimbicError('expected a number', {
      where: `${where}, row ${row}`,
      got: describeValue(item),
    })
  })
}

/**
 * The texts of a list or an array, one per row; numbers are converted to text.
 *
 * @param missing the replacement for None and NaN, if texts may be missing
 */
export function textColumn(value: PickleValue, where: string, missing?: string): string[] {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    return array.isText ? array.toTexts() : Array.from(array.toNumbers(), String)
  }
  return listItems(value, where).map((item, row) => {
    if (typeof item === 'string') return item
    const blank = item === null || Number.isNaN(item)
    if (missing !== undefined && blank) return missing
    if (typeof item === 'number' || typeof item === 'bigint') return `${item}`
    if (item instanceof Uint8Array) return decodeText(item)
    if (item instanceof StoredBytes) return decodeText(readAll(item.source))
    // Some files store an id as a list of one, and a transcript as a list of words.
    const inner = Array.isArray(item) || item instanceof PickledArray ? innerTexts(item) : undefined
    if (inner !== undefined) return inner.join(' ')
    throw new LimbicError('expected a text', {
      where: `${where}, row ${row}`,
      got: describeValue(item),
    })
  })
}

function listItems(value: PickleValue, where: string): readonly PickleValue[] {
  if (Array.isArray(value)) return value
  if (value instanceof PickledArray && value.content?.kind === 'objects') return value.content.items
  throw new LimbicError('expected a list or an array', { where, got: describeValue(value) })
}

/** The texts in a list or array that makes up one row; undefined if it holds anything else. */
function innerTexts(value: readonly PickleValue[] | PickledArray): readonly string[] | undefined {
  if (!(value instanceof PickledArray)) {
    return value.every((item) => typeof item === 'string') ? value : undefined
  }
  if (value.content?.kind === 'objects') return innerTexts([...value.content.items])
  const array = value.content?.array
  return array?.isText ? array.toTexts() : undefined
}

function onlyNumber(value: PickledArray, where: string): number | undefined {
  if (value.content?.kind !== 'stored' || value.content.array.size !== 1) return undefined
  return numberColumn(value, where)[0]
}
