/**
 * Limbic's public face: load a trained model and predict, or train one.
 *
 * Graphs, layers, models, data and explanations have their own: `limbic/graph`, `limbic/nn`,
 * `limbic/models`, `limbic/data`, `limbic/explain`, and `limbic/web` for pages.
 */
import type { Widths } from './models/define/model.js'
import { consentTo, type ModelFileOptions } from './runs/model-file/index.js'
import { type RunOutcome, type RunRequest, trainRun } from './runs/run.js'
import type { SessionOptions } from './runtime/session.js'
import type { KnownTask } from './task/kinds.js'
import { loadTrained } from './use/loaded.js'
import { checkSample, type Prediction, predictSamples, type RawSample } from './use/raw-samples.js'

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
export type { Prediction, RawSample } from './use/raw-samples.js'

/** A trained model that is ready to predict. */
export interface LimbicModel {
  /** `mmlatch`, for example. */
  readonly name: string
  /** What it predicts: a sentiment, one class, or any number of emotions. */
  readonly task: KnownTask
  /** The number of raw features that it needs of each modality, and of the prosody if it reads it. */
  readonly widths: Widths
  /** What it was trained on. */
  readonly trainedOn: { readonly name: string; readonly synthetic: boolean }
  /**
   * Predicts samples, all together: a sentiment from -3 to 3, a class, or emotions with their
   * probabilities; `task` of a prediction tells which.
   *
   * @param samples raw features as in training, for each modality a list of steps of `widths` numbers
   * @throws LimbicError that says which sample, modality and row is wrong
   */
  predict(samples: readonly RawSample[]): Promise<Prediction[]>
  /** Frees what the model holds. */
  close(): Promise<void>
}

/**
 * Loads a trained model: the folder of a run (of several seeds the best by validation loss), or a
 * file that `limbic export` made.
 *
 *     const model = await loadModel('runs/first')
 *     const [first] = await model.predict([{ id: 'a', text: [[0.1, 0.7]], audio: [[3]] }])
 *     console.log(first?.prediction)
 *     await model.close()
 *
 * To train one, say what `limbic train` would be told (every default may be left out):
 *
 *     const config = runConfig.parse({ model: 'mmlatch', data: { path: 'features.pkl' } })
 *     await train({ config, dataset: await openData(config.data), folder: 'runs/first' })
 *
 * A run whose model is a file of one's own runs it only where you have trained with that very file,
 * or say so with `allowModelFile`: it is a program. Exported files hold no program.
 *
 * @throws LimbicError if there is no model at the path, it is damaged, or its model is a file that
 * nobody has consented to, or that was edited since
 */
export async function loadModel(
  path: string,
  options?: SessionOptions & ModelFileOptions,
): Promise<LimbicModel> {
  const loaded = await loadTrained(path, options)
  return {
    name: loaded.model.model.name,
    task: loaded.task,
    widths: loaded.widths,
    trainedOn: loaded.trainedOn,
    predict: async (samples) =>
      predictSamples(
        loaded,
        samples.map((sample, index) => checkSample(sample, loaded, `sample ${index}`)),
      ),
    close: () => loaded.close(),
  }
}

/**
 * Trains a model, or goes on with a run that was stopped: as `limbic train` does. A model that the
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
