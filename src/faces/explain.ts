/**
 * Why a model said what it said, and what it costs: `limbic/explain`.
 *
 *     const run = openRun('runs/first')
 *     const data = await openData(run.config.data) // of `limbic`
 *     await using model = await fromRun(run)
 *     const inputs = model.inputs.map(({ name }) => name)
 *     const baselines = await trainingMeans(inputs, run.standardisation, data.splits.train)
 *     const options = { task: run.task, inputs, baselines, aligned: data.aligned }
 *     const { scores } = await explainContributions(model, data.splits.test, 0, options)
 *     console.log(scores.find((score) => score.said)?.parts)
 */
export * from '../explain/index.js'
export { openRun } from '../runs/open-run.js'
export type { RunRecord } from '../runs/trained.js'
export type { ModelInput } from '../use/inputs.js'
export { fromParts, fromRun } from '../use/open/from-run.js'
export type { MapResult, ModelResults, TrainedModel } from '../use/trained-model.js'
