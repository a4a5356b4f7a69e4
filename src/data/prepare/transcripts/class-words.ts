/** From the names that corpora give their classes to words that have vectors. */
import { fullClassName } from '../../../base/emotions.js'
import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import { openWordVectors } from '../../../formats/glove/read.js'
import { bundledWordVectors } from './bundled.js'

/** The ways in which a file may write a class's word, the best first. */
function spellings(name: string): readonly string[] {
  const word = fullClassName(name)
  return [word, word.toLowerCase()]
}

/**
 * The vectors of the words that name classes, one row per word: [words, width], row by row. A file
 * need not have a word as it is written; lower case will do. IEMOCAP's abbreviations (`ang`, `exc`,
 * `fru`, ...) and MOSI's (`neg`, `pos`) stand for their words.
 *
 * @param path a text file of GloVe; the words that Limbic brings, 100 wide, unless given
 * @param width numbers a word that the model wants
 * @throws LimbicError if the file lacks words, all of which it names, or has another width
 */
export async function wordVectorsFor(
  words: readonly string[],
  path: string | undefined,
  width: number,
): Promise<Float32Array> {
  const file = path ?? bundledWordVectors()
  const candidates = words.flatMap(spellings)
  const found = await openWordVectors(file, path === undefined ? undefined : candidates)
  if (found.width !== width) {
    throw new LimbicError('the word vectors have another width than the model wants', {
      where: file,
      expected: `${width} numbers a word`,
      got: String(found.width),
      hint: `Set the model's vectorWidth to ${found.width}, or data.vectors to a file of ${width}`,
    })
  }
  const rows = words.map((word) => {
    const spelling = spellings(word).find((each) => found.vectors.has(each))
    return spelling === undefined ? undefined : found.vectors.get(spelling)
  })
  const missing = words.filter((_, row) => rows[row] === undefined)
  if (missing.length > 0) {
    // Only of its own file does Limbic know all words, so only there can it say what comes near.
    const known = path === undefined ? [...found.vectors.keys()] : []
    const named = missing.map((word) => {
      const near = nearest(word, known)
      return near ? `"${word}" (is it "${near}"?)` : `"${word}"`
    })
    throw new LimbicError(`no word vectors for ${named.join(', ')}`, {
      where: file,
      hint: "Name words that it has in the model's words, one an output, or set data.vectors to a file that has these",
    })
  }
  const table = new Float32Array(words.length * width)
  for (const [row, vector] of rows.entries()) table.set(vector ?? [], row * width)
  return table
}
