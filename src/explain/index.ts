/** Explains predictions: contributions, attention, masks and cost, without files or engines. */

export { type Baselines, trainingMeans } from './attribution/baselines.js'
export {
  type ContributionOptions,
  explainContributions,
  mainScores,
  type SampleContributions,
  type ScoreContributions,
  type StepChanges,
  type WindowChange,
} from './attribution/contributions.js'
export { shapleyValues } from './attribution/shapley.js'
export { mostWindows, type Window } from './attribution/windows.js'
export { type ModelFacts, modelFacts } from './facts/model.js'
export { meanMultiplyAdds } from './facts/networks.js'
export { wordsOf } from './labels.js'
export {
  effectLanes,
  type Lane,
  type LaneStep,
  lastLook,
  sampleLanes,
  topSteps,
} from './lanes.js'
export { type AttentionMap, type AttentionOptions, sampleAttention } from './maps/attention.js'
export {
  type ExplainMasksOptions,
  explainMasks,
  type MaskBatch,
  type MeanMasks,
  type ModalityMasks,
  meanMasks,
} from './maps/masks.js'
export { type ClassPictures, explainPositions, type MeanPositions } from './maps/mean-positions.js'
export type { StepPicture } from './maps/pictures.js'
export {
  type PictureMaps,
  type PositionLayer,
  samplePositions,
  type TokenLook,
} from './maps/positions.js'
export { explainWindows, type LearnedWindows } from './maps/reach.js'
export { explainRouting, type Routing, sampleRouting } from './maps/routing.js'
export { type SampleMask, sampleMasks } from './maps/sample-masks.js'
export { type StepValues, sampleSteps } from './maps/steps.js'
export type { Runnable } from './runnable.js'
export { chooseSamples, explainSamples, isLabelled, type SampleExplanation } from './samples.js'
