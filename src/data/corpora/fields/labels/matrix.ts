/** Labels and other numbers per sample: a matrix with one row per sample. */
import { LimbicError } from '../../../../base/errors.js'
import { PickledArray, type PickleValue } from '../../../../formats/pickle/index.js'
import { describeValue } from '../describe.js'

export interface NumberMatrix {
  readonly rows: number
  readonly columns: number
  /** Row by row. */
  readonly values: Float64Array
}

/**
 * Reads an array whose first axis is the samples, or a list of numbers, lists or arrays, one per
 * sample.
 *
 * @throws LimbicError, naming the row, for anything else, and where rows differ in length
 */
export function numberMatrix(value: PickleValue, where: string): NumberMatrix {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    const [rows = 0, ...rest] = array.shape
    const columns = rest.reduce((product, extent) => product * extent, 1)
    return { rows, columns, values: array.toNumbers() }
  }
  const items =
    value instanceof PickledArray && value.content?.kind === 'objects'
      ? value.content.items
      : Array.isArray(value)
        ? value
        : refuse(value, where, 'a list or an array')
  const rows = items.map((item, row) => numbersIn(item, `${where}, row ${row}`))
  const columns = rows[0]?.length ?? 1
  rows.forEach((row, at) => {
    if (row.length === columns) return
    refuse(items[at], `${where}, row ${at}`, `${columns} numbers, as in the first row`)
  })
  return { rows: rows.length, columns, values: Float64Array.from(rows.flat()) }
}

/** Whether a value holds texts: a text array, or a list whose first item is a text. */
export function holdsTexts(value: PickleValue): boolean {
  if (value instanceof PickledArray) {
    const { content } = value
    if (content?.kind === 'stored') return content.array.isText
    return content !== undefined && holdsTexts([...content.items])
  }
  if (!Array.isArray(value)) return false
  const first = value.find((item) => item !== null)
  return typeof first === 'string' || first instanceof Uint8Array
}

function numbersIn(value: PickleValue, where: string): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value === 'boolean' || typeof value === 'bigint') return [Number(value)]
  if (value instanceof PickledArray) {
    const { content } = value
    if (content?.kind === 'stored' && !content.array.isText) return [...content.array.toNumbers()]
    if (content?.kind === 'objects') return content.items.flatMap((item) => numbersIn(item, where))
  }
  if (Array.isArray(value)) return value.flatMap((item) => numbersIn(item, where))
  return refuse(value, where, 'a number')
}

function refuse(value: PickleValue | undefined, where: string, expected: string): never {
  throw new LimbicError('invalid labels', {
    where,
    expected,
    got: describeValue(value),
  })
}
