import { LimbicError } from '../../../base/errors.js'
import { readAll, type StoredArray } from '../../../formats/npy/index.js'
import { PickledArray, type PickleValue, StoredBytes } from '../../../formats/pickle/index.js'

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

/** The texts of a list or an array, one a row; numbers are written out. */
export function textColumn(value: PickleValue, where: string): string[] {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    return array.isText ? array.toTexts() : Array.from(array.toNumbers(), String)
  }
  return listItems(value, where).map((item, row) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' || typeof item === 'bigint') return `${item}`
    if (item instanceof Uint8Array) return Buffer.from(item).toString('utf8')
    if (item instanceof StoredBytes) return Buffer.from(readAll(item.source)).toString('utf8')
    // Some files keep each id as a list of one.
    const inner = Array.isArray(item) || item instanceof PickledArray ? onlyItem(item) : undefined
    if (typeof inner === 'string') return inner
    throw new LimbicError('expected a text', {
      where: `${where}, row ${row}`,
      got: describeValue(item),
    })
  })
}

/** Features as they lie in the file: samples x steps x width. */
export function featureArray(
  value: PickleValue,
  where: string,
): { readonly array: StoredArray; readonly shape: readonly [number, number, number] } {
  const array =
    value instanceof PickledArray && value.content?.kind === 'stored'
      ? value.content.array
      : undefined
  const [samples, steps, width] = array?.shape ?? []
  if (
    array === undefined ||
    array.isText ||
    array.shape.length !== 3 ||
    samples === undefined ||
    !steps ||
    !width
  ) {
    throw new LimbicError('features are not as they should be', {
      where,
      expected: 'an array of numbers, samples x steps x width',
      got: describeValue(value),
    })
  }
  return { array, shape: [samples, steps, width] }
}

/** What a value is, in words for messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'None'
  if (value instanceof PickledArray) {
    const type = value.content?.kind === 'stored' ? value.content.array.type.kind : 'object'
    return `an array of ${type} [${value.shape.join(', ')}]`
  }
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Map) return 'a dictionary'
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`
  return typeof value === 'object' ? `a ${value.constructor.name}` : `${value}`
}

function listItems(value: PickleValue, where: string): readonly PickleValue[] {
  if (Array.isArray(value)) return value
  if (value instanceof PickledArray && value.content?.kind === 'objects') return value.content.items
  throw new LimbicError('expected a list or an array', { where, got: describeValue(value) })
}

function onlyItem(value: readonly PickleValue[] | PickledArray): PickleValue | undefined {
  if (!(value instanceof PickledArray)) return value.length === 1 ? value[0] : undefined
  if (value.content?.kind === 'objects') return onlyItem([...value.content.items])
  const array = value.content?.array
  return array?.size === 1 && array.isText ? array.toTexts()[0] : undefined
}

function onlyNumber(value: PickledArray, where: string): number | undefined {
  if (value.content?.kind !== 'stored' || value.content.array.size !== 1) return undefined
  return numberColumn(value, where)[0]
}
