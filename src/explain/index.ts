/** Why a model said what it said, and what it costs. */
export {
  type AttentionMap,
  type AttentionOptions,
  sampleAttention,
  sidesOf,
  wordsOf,
} from './attention.js'
export { type ClassGrouping, groupByClass } from './classes.js'
export { type Lane, type LaneStep, lastLook, sampleLanes, topSteps } from './lanes.js'
export {
  type ExplainMasksOptions,
  explainMasks,
  type MaskBatch,
  type MeanMasks,
  type ModalityMasks,
  meanMasks,
} from './masks.js'
export { type ModelFacts, modelFacts } from './model.js'
export { type Explained, openPredict, type Predict } from './predict.js'
export { type SampleMask, sampleMasks } from './sample-masks.js'
export { chooseSamples, explainSamples, type SampleExplanation } from './samples.js'
