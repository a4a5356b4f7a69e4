export { applySplit, type SplitOptions, splitConfig } from './apply.js'
export {
  type FoldOptions,
  type Fractions,
  kFolds,
  kFoldsBySpeaker,
  mergeTrainValid,
  type RandomSplitOptions,
  randomSplits,
  randomSplitsBySpeaker,
} from './divide.js'
export { speakersOf } from './speakers.js'
export { concatSplits, subset, wholeOf, withSplits } from './views.js'
