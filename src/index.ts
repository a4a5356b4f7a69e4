/**
 * Limbic's public face: train, compare, export, and load a trained model to predict.
 *
 * Graphs, layers, models, data and explanations have entries of their own: `limbic/graph`,
 * `limbic/nn`, `limbic/models`, `limbic/media`, `limbic/data`, `limbic/explain`, and `limbic/web` for pages.
 */
import { z } from 'zod'
import { checkPath } from './base/arguments.js'
import { validate } from './base/schema.js'
import type { Dataset } from './data/dataset.js'
import { runConfig } from './learn/config.js'
import { consentTo, type ModelFileOptions } from './runs/model-file/index.js'
import { openData } from './runs/open-data.js'
import { type RunOutcome, type RunRequest, trainRun } from './runs/run.js'

export { LimbicError } from './base/errors.js'
export type { Modality } from './base/modalities.js'
export { version } from './disk/package.js'
export {
  type CompareOptions,
  type Comparison,
  compareRuns as compare,
} from './experiments/compare/compare.js'
export type { GroupSummary } from './experiments/summaries.js'
export type { RunConfig } from './learn/config.js'
export type { EpochRecord, RunResults } from './learn/records.js'
export type { RunWatcher } from './learn/watcher.js'
export type { GroupComparison, GroupTest } from './metrics/significance/compare-groups.js'
export type { Moment, Recognition, Sense } from './recognise/index.js'
export { type RecogniseOptions, recognise } from './recognise/node.js'
export { renderTable, type TableFormat } from './report/tables/render.js'
export type { Table } from './report/tables/table.js'
export type { ModelFileOptions } from './runs/model-file/index.js'
export type { RunOutcome } from './runs/run.js'
export type { Provider, SessionOptions } from './runtime/session.js'
export type { KnownAnswer, KnownTask } from './task/kinds.js'
export type { Task } from './task/task.js'
export {
  type ExportedEnd,
  type ExportedModel,
  exportRun as exportModel,
  type RunExportOptions,
} from './use/exported/export-run.js'
export type { ModelInput } from './use/inputs.js'
export { type LoadOptions, loadModel } from './use/open/load.js'
export { predict } from './use/predict.js'
export type { RawFeatures, RawSample } from './use/samples.js'
export type { Prediction, TrainedModel } from './use/trained-model.js'
export { openData, runConfig }

/** What to train, on which data, and in which folder. */
export interface TrainRequest extends Omit<RunRequest, 'config' | 'dataset'>, ModelFileOptions {
  /** The configuration, as for `limbic train`; whatever has a default may be left out. */
  readonly config: z.input<typeof runConfig>
  /** Data that is already open; by default, it is opened as the configuration says, and closed at the end. */
  readonly dataset?: Dataset
}

/**
 * Trains a model, or resumes a run that was stopped, as `limbic train` does.
 *
 *     await train({
 *       config: { model: 'mmlatch', data: { path: 'features.pkl' } },
 *       folder: 'runs/first',
 *     })
 *
 * A model that the configuration names by a path is executed as a program: only use configurations
 * from people whose programs you would run.
 *
 * @throws LimbicError for an invalid request or configuration, as `trainRun` does, and if the model's
 * file has been edited since the run began, unless `allowModelFile` is given
 */
export async function train(asked: TrainRequest): Promise<RunOutcome> {
  validate(z.looseObject({}), asked, 'train')
  const { allowModelFile, config: asGiven, dataset: given, ...request } = asked
  checkPath(request.folder, 'train, folder')
  const config = validate(runConfig, asGiven, 'config')
  consentTo(config.model, allowModelFile ? 'allowed' : 'named')
  const dataset = given ?? (await openData(config.data))
  try {
    return await trainRun({ ...request, config, dataset })
  } finally {
    if (!given) dataset.close()
  }
}
