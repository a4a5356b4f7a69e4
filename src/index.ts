/**
 * Limbic's public face: load a trained model and predict, or train one.
 *
 * Graphs, layers, models, data and explanations have their own: `limbic/graph`, `limbic/nn`,
 * `limbic/models`, `limbic/data`, `limbic/explain`, and `limbic/web` for pages.
 */
import { consentTo, type ModelFileOptions } from './runs/model-file/index.js'
import { type RunOutcome, type RunRequest, trainRun } from './runs/run.js'

export { LimbicError } from './base/errors.js'
export type { Modality } from './base/modalities.js'
export { version } from './disk/version.js'
export {
  type CompareOptions,
  type Comparison,
  compareRuns as compare,
} from './experiments/compare/compare.js'
export type { GroupSummary } from './experiments/summaries.js'
export { type RunConfig, runConfig } from './learn/config.js'
export type { EpochRecord, RunResults } from './learn/records.js'
export type { RunWatcher } from './learn/watcher.js'
export type { GroupComparison, GroupTest } from './metrics/significance/compare-groups.js'
export { renderTable, type TableFormat } from './report/tables/render.js'
export type { Table } from './report/tables/table.js'
export type { ModelFileOptions } from './runs/model-file/index.js'
export { openData } from './runs/open-data.js'
export type { RunOutcome, RunRequest } from './runs/run.js'
export type { Provider, SessionOptions } from './runtime/session.js'
export type { KnownAnswer, KnownTask } from './task/kinds.js'
export type { Task } from './task/task.js'
export type { ModelInput } from './use/inputs.js'
export { type LoadOptions, loadModel } from './use/load.js'
export type { RawFeatures, RawSample } from './use/samples.js'
export type { Prediction, TrainedModel } from './use/trained-model.js'

/**
 * Trains a model, or goes on with a run that was stopped: as `limbic train` does.
 *
 *     const config = runConfig.parse({ model: 'mmlatch', data: { path: 'features.pkl' } })
 *     await train({ config, dataset: await openData(config.data), folder: 'runs/first' })
 *
 * A model that the
 * configuration names by a path runs as a program: take the configuration from nobody whose programs
 * you would not run.
 *
 * @throws LimbicError as `limbic train` tells; where the model's file was edited since the run began,
 * unless `allowModelFile` is given
 */
export async function train({
  allowModelFile,
  ...request
}: RunRequest & ModelFileOptions): Promise<RunOutcome> {
  consentTo(request.config.model, allowModelFile ? 'allowed' : 'named')
  return trainRun(request)
}
