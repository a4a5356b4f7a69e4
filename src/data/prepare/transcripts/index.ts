/** Word vectors in the text format of GloVe (Pennington et al., 2014). */

export * from '../../../formats/glove/read.js'
export * from './bundled.js'
export * from './class-words.js'
export * from './from-transcripts.js'
export * from './transcripts.js'
