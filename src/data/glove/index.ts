/** Word vectors in the text format of GloVe (Pennington et al., 2014). */
export { bundledWordVectors } from './bundled.js'
export { wordVectorsFor } from './class-words.js'
export { openWordVectors, readWordVectors, type WordVectorFile } from './read.js'
export { type EmbeddedTranscripts, embedTranscripts, wordsOfTranscript } from './transcripts.js'
