export {
  alignToReference,
  type Collapse,
  hardUnify,
  imputeZeros,
  type TimedRows,
  type TimedSequence,
} from './align/index.js'
export {
  type Batch,
  BatchBuffers,
  type BatchPlanOptions,
  type BatchSequences,
  collateBatch,
  paddingShare,
  planBatches,
  sampleCosts,
} from './batches.js'
export {
  type ClassesOptions,
  classesConfig,
  fullClassName,
  iemocapClasses,
  selectClasses,
} from './classes.js'
export {
  type ComputationalSequence,
  openComputationalSequence,
  openSequences,
  type SequenceEntry,
  type SequencesOptions,
  type VideoSplit,
} from './csd/index.js'
export { type Fold, isFold, listFolds, openFold } from './folds/index.js'
export {
  bundledWordVectors,
  type EmbeddedTranscripts,
  embedTranscripts,
  openWordVectors,
  readWordVectors,
  type WordVectorFile,
  wordsOfTranscript,
  wordVectorsFor,
} from './glove/index.js'
export { type FeaturePlace, type InvalidPolicy, withoutInvalid } from './invalid.js'
export { type MmsaOptions, openMmsa } from './mmsa/index.js'
export { isMultLayout, multEmotions, openMult } from './mult/index.js'
export {
  convertDataset,
  type DatasetReader,
  datasetReaders,
  type OpenOptions,
  openDataset,
} from './open.js'
export { openPickle, type PickleFile, type PickleValue } from './pickle/index.js'
export {
  applySplit,
  concatSplits,
  type FoldOptions,
  type Fractions,
  kFolds,
  kFoldsBySpeaker,
  mergeTrainValid,
  type RandomSplitOptions,
  randomSplits,
  randomSplitsBySpeaker,
  type SplitOptions,
  speakersOf,
  splitConfig,
  subset,
} from './splits/index.js'
export {
  type FeatureStatistics,
  fitStandardisation,
  type Standardisation,
  standardiseDataset,
  standardiseSource,
  standardiseSplit,
} from './standardise.js'
export { openStore, type StoreOptions, type WriteStoreOptions, writeStore } from './store/index.js'
export {
  basicEmotions,
  describeSynthetic,
  type SyntheticDataset,
  type SyntheticEffects,
  type SyntheticLatent,
  type SyntheticOptions,
  type SyntheticPreset,
  type SyntheticWord,
  synthesise,
  syntheticPresets,
} from './synthetic/index.js'
export { type Tokens, tokenSource } from './tokens.js'
export * from './types.js'
export { validateDataset } from './validate.js'
