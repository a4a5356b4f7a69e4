/** What an answer rests on, where a model looked, and what it costs: nothing of files or engines. */
export {
  type AttentionMap,
  type AttentionOptions,
  sampleAttention,
  wordsOf,
} from './attention.js'
export { type Baselines, trainingMeans } from './baselines.js'
export {
  type ContributionOptions,
  explainContributions,
  mainScores,
  type SampleContributions,
  type ScoreContributions,
  type StepChanges,
  type WindowChange,
} from './contributions.js'
export {
  effectLanes,
  type Lane,
  type LaneStep,
  lastLook,
  sampleLanes,
  topSteps,
} from './lanes.js'
export {
  type ExplainMasksOptions,
  explainMasks,
  type MaskBatch,
  type MeanMasks,
  type ModalityMasks,
  meanMasks,
} from './masks.js'
export { type ModelFacts, modelFacts } from './model.js'
export type { Runnable } from './runnable.js'
export { type SampleMask, sampleMasks } from './sample-masks.js'
export { chooseSamples, explainSamples, type SampleExplanation } from './samples.js'
export { shapleyValues } from './shapley.js'
export { mostWindows, type Window } from './windows.js'
