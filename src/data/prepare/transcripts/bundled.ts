/** The word vectors included with Limbic. */
import { bundledFile } from '../../../disk/assets.js'

/**
 * The word vectors bundled with Limbic: GloVe 6B, 100 numbers per word, for words of emotion and
 * sentiment.
 *
 * @throws LimbicError if the installation is not complete
 */
export function bundledWordVectors(): string {
  return bundledFile('emotion-words.glove.100d.txt', 'Limbic’s own word vectors are missing')
}
