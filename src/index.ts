/**
 * Limbic's public face: load a trained model and predict, or train one.
 *
 * Graphs, layers, models, data and explanations have their own: `limbic/graph`, `limbic/nn`,
 * `limbic/models`, `limbic/data`, `limbic/explain`, and `limbic/web` for pages.
 */
import type { Widths } from './models/define/model.js'
import type { SessionOptions } from './runtime/session.js'
import type { Task } from './task/task.js'
import { loadTrained } from './use/loaded.js'
import { checkSample, type Prediction, predictSamples, type RawSample } from './use/raw-samples.js'

export { LimbicError } from './base/errors.js'
export type { Modality } from './base/modalities.js'
export { version } from './disk/version.js'
export { type RunConfig, runConfig } from './learn/config.js'
export type { EpochRecord, RunResults } from './learn/records.js'
export type { RunWatcher } from './learn/watcher.js'
export { openData } from './runs/open-data.js'
export {
  type RunOutcome,
  type RunRequest,
  trainRun as train,
} from './runs/run.js'
export type { Provider, SessionOptions } from './runtime/session.js'
export type { Task } from './task/task.js'
export type { Prediction, RawSample } from './use/raw-samples.js'

/** A trained model that is ready to predict. */
export interface LimbicModel {
  /** `mmlatch`, for example. */
  readonly name: string
  /** What it predicts: a sentiment, one class, or any number of emotions. */
  readonly task: Task
  /** The number of raw features that it needs of each modality, and of the prosody if it reads it. */
  readonly widths: Widths
  /** What it was trained on. */
  readonly trainedOn: { readonly name: string; readonly synthetic: boolean }
  /**
   * Predicts samples, all together: a sentiment from -3 to 3, a class, or emotions with their
   * probabilities.
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
 * @throws LimbicError if there is no model at the path, or it is damaged
 */
export async function loadModel(path: string, session?: SessionOptions): Promise<LimbicModel> {
  const loaded = await loadTrained(path, session)
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
