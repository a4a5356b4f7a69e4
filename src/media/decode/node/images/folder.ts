/** Finds the files of a folder that are frames of a recording, and their order. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LimbicError } from '../../../../base/errors.js'
import { explainFileError } from '../../../../disk/failure.js'

export interface ImagePlace {
  readonly path: string
  /** The number of the frame, from 0. */
  readonly index: number
}

const ending = /\.(jpe?g|png)$/i
const mostFiles = 5_000_000
const collator = new Intl.Collator('en', { numeric: true })

/**
 * The images of a folder. If names differ only in one number, it numbers the frames, so that a
 * missing number is a gap in time; otherwise images are in the order of their names.
 *
 * @throws LimbicError if the folder cannot be read or has no JPEG or PNG
 */
export async function imagesOf(folder: string): Promise<ImagePlace[]> {
  let all: string[]
  try {
    all = await readdir(folder)
  } catch (error) {
    throw explainFileError(error, folder)
  }
  const names = all.filter((name) => ending.test(name) && !name.startsWith('.'))
  if (names.length === 0 || names.length > mostFiles) {
    throw new LimbicError('has no usable images', {
      where: folder,
      expected: 'a recording, an image, or a folder of numbered images (jpg, png)',
      got: `a folder with ${names.length} images`,
    })
  }
  names.sort((one, other) => collator.compare(one, other) || (one < other ? -1 : 1))
  return numbered(names).map(({ name, index }) => ({ path: join(folder, name), index }))
}

function numbered(names: readonly string[]): { name: string; index: number }[] {
  const inOrder = names.map((name, index) => ({ name, index }))
  const parts = names.map((name) => /^(.*?)(\d{1,9})\.[^.]+$/.exec(name))
  const first = parts[0]
  const numbers = parts.map((part) => Number(part?.[2]))
  const uniform = parts.every((part) => part !== null && part[1] === first?.[1])
  const ascending = numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
  const start = numbers[0] ?? 0
  // Numbers that are far apart do not number frames.
  const dense = (numbers.at(-1) ?? 0) - start < 10 * names.length + 100
  if (!uniform || !ascending || !dense) return inOrder
  return names.map((name, at) => ({ name, index: (numbers[at] ?? 0) - start }))
}
