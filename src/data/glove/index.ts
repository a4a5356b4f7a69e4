/** Word vectors in the text format of GloVe (Pennington et al., 2014). */
export * from './bundled.js'
export * from './class-words.js'
export * from './from-transcripts.js'
export * from './read.js'
export * from './transcripts.js'
