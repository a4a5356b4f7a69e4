/** The exports of words to other rooms. */
export {
  type EncodedText,
  encoderWidth,
  openTextEncoder,
  type TextEncoder,
  type TextEncoderFiles,
  type TextEncoderOptions,
} from './encoder.js'
export { encoderExtractor, tokensExtractor, wordVectors } from './extractor.js'
export {
  type EncodingRecipe,
  openWordsFolder,
  type WordsFolder,
  wordsFiles,
} from './folder.js'
export { type AlbertNormalising, sentencePieceTokenizer } from './sentence-piece.js'
export {
  openTokenizer,
  type Tokenizer,
  type TokenizerFiles,
  type TokenizerOptions,
  type Tokens,
} from './tokenizer.js'
export { parseTranscript, type Transcript } from './transcript.js'
export {
  spellingsOf,
  streamWordVectors,
  vectorOf,
  vectorRows,
  vectorsExtractor,
  type WordVectors,
  wordsOfTranscript,
} from './vectors.js'
export { wordPieceTokenizer } from './word-piece.js'
