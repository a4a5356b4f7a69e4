/** Maps the class names of corpora to words that have vectors. */
import { fullClassName } from '../../../base/emotions.js'
import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import { openWordVectors } from '../../../formats/glove/read.js'
import { bundledWordVectors } from './bundled.js'

/** The possible spellings of a class's word in a file, the best first. */
function spellings(name: string): readonly string[] {
  const word = fullClassName(name)
  return [word, word.toLowerCase()]
}

/**
 * The vectors of the words that name classes, one row per word: [words, width], row by row. A word
 * that is not in the file as written is looked up in lower case. IEMOCAP's abbreviations (`ang`,
 * `exc`, `fru`, ...) and MOSI's (`neg`, `pos`) stand for their words.
 *
 * @param path a text file of GloVe; by default the vectors bundled with Limbic, of width 100
 * @param width the width that the model expects
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
    throw new LimbicError('the word vectors have another width than the model expects', {
      where: file,
      expected: `${width} numbers per word`,
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
    // Only the bundled file's words are all known, so only they can be suggested.
    const known = path === undefined ? [...found.vectors.keys()] : []
    const named = missing.map((word) => {
      const near = nearest(word, known)
      return near ? `"${word}" (is it "${near}"?)` : `"${word}"`
    })
    throw new LimbicError(`no word vectors for ${named.join(', ')}`, {
      where: file,
      hint: "Set the model's words to words in the file, one per output, or data.vectors to a file that has these",
    })
  }
  const table = new Float32Array(words.length * width)
  for (const [row, vector] of rows.entries()) table.set(vector ?? [], row * width)
  return table
}
