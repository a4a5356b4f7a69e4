/** Tables as values: a dictionary of their columns. */
import { type ElementType, MemoryBytes, StoredArray } from '../npy/index.js'
import type { PickleValue } from '../pickle/index.js'
import type { Numbers, Table } from '../table/table.js'
import { arrayOf } from './npz.js'

const float64: ElementType = { kind: 'float64', bytes: 8, littleEndian: true }

export function tableValue({ path, columns }: Table): Map<PickleValue, PickleValue> {
  return new Map(
    [...columns].map(([name, column]) => {
      if (column.kind !== 'numbers') return [name, column.values.map(copyOf)] as const
      return [
        name,
        numbersValue(column.values, [column.values.length], `${path}, ${name}`),
      ] as const
    }),
  )
}

/** Numbers in memory as an array of a shape. */
function numbersValue(values: Float64Array, shape: readonly number[], where: string): PickleValue {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return arrayOf(new StoredArray(float64, shape, new MemoryBytes(bytes), 'C', where))
}

function copyOf(value: string | Numbers): PickleValue {
  if (typeof value === 'string') return value
  return value.map((item) => (typeof item === 'number' ? item : [...item]))
}
