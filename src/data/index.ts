/** The exports of `data` for other folders and for users of the library. */

export { emotionOf, fullClassName } from '../base/emotions.js'
export { openPickle, type PickleFile, type PickleValue } from '../formats/pickle/index.js'
export * from './batch.js'
export * from './check.js'
export * from './corpora/csd/index.js'
export * from './corpora/iemocap.js'
export * from './corpora/mmsa/index.js'
export * from './corpora/mult/index.js'
export * from './corpora/npy-folds/index.js'
export {
  openStore,
  type StoreOptions,
  type WriteStoreOptions,
  writeStore,
} from './corpora/store/index.js'
export * from './corpora/synthetic/index.js'
export * from './dataset.js'
export * from './open.js'
export * from './prepare/align/index.js'
export * from './prepare/classes/classes.js'
export {
  type FeaturePlace,
  type InvalidPolicy,
  invalidPolicies,
  withoutInvalid,
} from './prepare/invalid/invalid.js'
export * from './prepare/split/index.js'
export * from './prepare/standardise/standardise.js'
export * from './prepare/transcripts/index.js'
export * from './tokens.js'
