/** Predicts in one call, for programs that need it once. */
import { type LoadOptions, loadModel } from './open/load.js'
import type { RawSample } from './samples.js'
import type { Prediction } from './trained-model.js'

/**
 * Loads a trained model, predicts the samples and frees the model. A service that predicts more
 * than once should keep the model that `loadModel` returns: opening takes longer than predicting.
 *
 *     const [answer] = await predict('latch.onnx', [{ text: [[0.1, 0.7]], audio: [[3]] }])
 *
 * @param path the folder of a run, or a file that `limbic export` made
 * @param samples raw features as in training, for each sequence a list of steps of `widths` numbers
 * @returns one answer per sample, in order
 * @throws LimbicError as `loadModel` and `predict` do
 */
export async function predict(
  path: string,
  samples: readonly RawSample[],
  options: LoadOptions = {},
): Promise<Prediction[]> {
  const model = await loadModel(path, options)
  try {
    return await model.predict(samples)
  } finally {
    await model.close()
  }
}
