/** The tensor types that safetensors files contain. */

import { LimbicError } from '../../base/errors.js'

/** The types of numbers that a stored tensor may have in memory. */
export type StoredType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'uint8'

/** A tensor as stored in a file: its numbers row by row; a boolean is a byte that is 0 or 1. */
export interface StoredTensor {
  readonly dtype: StoredType
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
}

/** Everything in one file. The tensors come in the order of their bytes. */
export interface SafetensorsContent {
  readonly metadata: Record<string, string>
  readonly tensors: Map<string, StoredTensor>
}

/** A type's name and bytes per number in a file, and its array in memory. */
export interface FileType {
  readonly itemBytes: number
  readonly dtype: StoredType
}

/** Every type that can be read, under the format's own names; half precision widens to float32. */
export const fileTypes = {
  I64: { itemBytes: 8, dtype: 'int64' },
  F64: { itemBytes: 8, dtype: 'float64' },
  F32: { itemBytes: 4, dtype: 'float32' },
  I32: { itemBytes: 4, dtype: 'int32' },
  BF16: { itemBytes: 2, dtype: 'float32' },
  F16: { itemBytes: 2, dtype: 'float32' },
  U8: { itemBytes: 1, dtype: 'uint8' },
  BOOL: { itemBytes: 1, dtype: 'bool' },
} as const satisfies Record<string, FileType>
export type FileTypeName = keyof typeof fileTypes

/**
 * For each type that can be written: its name in a file, its class in memory and its rank in a
 * file's order.
 */
export const storedTypes = {
  int64: { fileType: 'I64', array: BigInt64Array, rank: 0 },
  float64: { fileType: 'F64', array: Float64Array, rank: 1 },
  float32: { fileType: 'F32', array: Float32Array, rank: 2 },
  int32: { fileType: 'I32', array: Int32Array, rank: 3 },
  uint8: { fileType: 'U8', array: Uint8Array, rank: 4 },
  bool: { fileType: 'BOOL', array: Uint8Array, rank: 5 },
} as const satisfies Record<StoredType, object>

/** The number of items of a shape. */
export function itemCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Throws if a boolean is neither 0 nor 1. */
export function checkBooleans(bytes: Uint8Array, where: string): void {
  const position = bytes.findIndex((byte) => byte > 1)
  if (position < 0) return
  throw new LimbicError('not a boolean', {
    where,
    expected: '0 or 1 in every item',
    got: `${bytes[position]} in item ${position}`,
  })
}
