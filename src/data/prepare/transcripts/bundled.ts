/** The word vectors included with Limbic. */
import { bundledFile } from '../../../disk/assets.js'

/**
 * The file of word vectors that Limbic brings: GloVe 6B, 100 numbers per word, for words that name
 * emotions and sentiment.
 *
 * @throws LimbicError if the installation is not complete
 */
export function bundledWordVectors(): string {
  return bundledFile('emotion-words.glove.100d.txt', 'Limbic’s own word vectors are missing')
}
