/** Opens the arrays of an .npy fold. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { type NpyFile, openNpy, type StoredArray } from '../../../formats/npy/index.js'

/** An open array of a fold, with its path. */
export interface FoldArray {
  readonly path: string
  readonly array: StoredArray
}

/** The `.npy` files of one fold, opened on demand. */
export class FoldFiles {
  readonly folder: string
  readonly #open: NpyFile[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /** Whether any file's name begins with a prefix. */
  has(prefix: string): boolean {
    return readdirSync(this.folder).some((name) => name.startsWith(prefix))
  }

  /** The first of some files that exists. */
  find(...names: readonly string[]): FoldArray | undefined {
    const path = names.map((name) => join(this.folder, name)).find((file) => existsSync(file))
    return path === undefined ? undefined : this.openAt(path)
  }

  openAt(path: string): FoldArray {
    const file = openNpy(path)
    this.#open.push(file)
    return { path, array: file.array }
  }

  /** @throws LimbicError if the file does not exist. */
  require(...names: readonly string[]): FoldArray {
    const found = this.find(...names)
    if (found !== undefined) return found
    throw new LimbicError('a file of the fold is missing', {
      where: this.folder,
      expected: names.join(' or '),
      hint: 'Copy it there, or prepare the fold again',
    })
  }

  close(): void {
    for (const file of this.#open) file.close()
  }
}

/**
 * One integer per sample, stored as N or N x 1.
 *
 * @throws LimbicError naming the first row that is not such an integer.
 */
export function integerColumn(
  file: FoldArray,
  samples: number | undefined,
  least: number,
): Int32Array {
  return Int32Array.from(numbersColumn(file, samples), (value, row) => {
    if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value
    throw new LimbicError('a number is out of range', {
      where: `${file.path}, row ${row}`,
      expected: `an integer from ${least} on`,
      got: `${value}`,
    })
  })
}

/**
 * One number per sample, stored as N or N x 1.
 *
 * @throws LimbicError if the array has another shape
 */
export function numbersColumn(
  { path, array }: FoldArray,
  samples: number | undefined,
): Float64Array {
  const [rows = 0] = array.shape
  if (array.isText || array.size !== rows || (samples !== undefined && rows !== samples)) {
    throw new LimbicError('the array has another shape', {
      where: path,
      expected:
        samples === undefined ? 'one number per sample' : `${samples} numbers, one per sample`,
      got: `${array.type.kind} [${array.shape.join(', ')}]`,
    })
  }
  return array.toNumbers()
}

/**
 * Checks that an array holds numbers, with one row per sample and `axes` further axes.
 *
 * @returns the sizes of its axes after the first.
 */
export function shapeOf({ path, array }: FoldArray, samples: number, axes: number): number[] {
  const [rows, ...rest] = array.shape
  if (!array.isText && rows === samples && rest.length === axes && rest.every((size) => size > 0)) {
    return rest
  }
  const forms = ['', 'width', 'steps x width']
  throw new LimbicError('the array has another shape', {
    where: path,
    expected: `numbers, ${samples} (one row per label) x ${forms[axes]}`,
    got: `${array.type.kind} [${array.shape.join(', ')}]`,
  })
}
