/**
 * Why a model said what it said, and what it costs: `limbic/explain`.
 *
 *     const run = openRun('runs/first')
 *     const data = await openData(run.config.data) // of `limbic`
 *     const inputs = inputsOf(run.model, run.widths)
 *     const baselines = trainingMeans(inputs, run.standardisation, data.splits.train)
 *     const { predict, close } = await openPredict({ ...run, maps: [] })
 *     const options = { task: run.task, inputs, baselines, aligned: data.aligned }
 *     const { scores } = await explainContributions(predict, data.splits.test, 0, options)
 *     console.log(scores.find((score) => score.said)?.parts)
 *     await close()
 */

export { openRun } from '../runs/open-run.js'
export {
  type AttentionMap,
  type AttentionOptions,
  sampleAttention,
  sidesOf,
  wordsOf,
} from './attention.js'
export { type Baselines, type InputName, inputsOf, trainingMeans } from './baselines.js'
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
export { type Explained, openPredict, type Predict } from './predict.js'
export { type SampleMask, sampleMasks } from './sample-masks.js'
export { chooseSamples, explainSamples, type SampleExplanation } from './samples.js'
export { shapleyValues } from './shapley.js'
export { mostWindows, type Window } from './windows.js'
