/** The word vectors included with Limbic. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LimbicError } from '../../../base/errors.js'

const name = join('assets', 'emotion-words.glove.100d.txt')

/**
 * The file of word vectors that Limbic brings: GloVe 6B, 100 numbers a word, for words that name
 * emotions and sentiment. It lies beside the folder of the program, however deep this file is in it.
 */
export function bundledWordVectors(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, name))) {
    const above = dirname(folder)
    if (above === folder) {
      throw new LimbicError('Limbic’s own word vectors are missing', {
        expected: name,
        hint: 'Install Limbic again',
      })
    }
    folder = above
  }
  return join(folder, name)
}
