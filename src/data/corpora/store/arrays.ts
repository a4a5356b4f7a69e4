/** Arrays of the native store. */

import { LimbicError } from '../../../base/errors.js'
import { openNpy, type StoredArray } from '../../../formats/npy/index.js'

/** All numbers of a `.npy` file. @throws LimbicError unless it is of that type and shape */
export function readWhole(path: string, type: string, shape: readonly number[]): Float64Array {
  const file = openNpy(path)
  try {
    checkArray(file.array, path, type, shape)
    return file.array.toNumbers()
  } finally {
    file.close()
  }
}

/** @throws LimbicError unless an array has that type and shape */
export function checkArray(
  array: StoredArray,
  path: string,
  type: string,
  shape: readonly number[],
): void {
  const [got, expected] = [`${array.type.kind} [${array.shape}]`, `${type} [${shape}]`]
  if (got === expected) return
  throw new LimbicError('the file does not match the manifest', {
    where: path,
    expected,
    got,
    hint: 'The folder mixes files of several data sets; convert the original files again',
  })
}
