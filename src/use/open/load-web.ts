/** A trained model from an exported file, in a page. */
import { fetchBytes } from '../../runtime/fetch.js'
import { openSession, type WebSessionOptions } from '../../runtime/web.js'
import type { TrainedModel } from '../trained-model.js'
import type { TurnOptions } from '../turns.js'
import { fromOnnx } from './from-onnx.js'

export type WebLoadOptions = WebSessionOptions & Pick<TurnOptions, 'waiting'>

/**
 * Loads a file that `limbic export` made, as `loadModel` of `limbic` does in Node: it takes raw
 * features of any length under the inputs' names, and answers in words.
 *
 * @param model the file's bytes, or its address
 * @throws LimbicError if there is no such file, it is not of Limbic or damaged, or the page cannot run
 * it
 */
export async function loadModel(
  model: Uint8Array | string | URL,
  { waiting, ...session }: WebLoadOptions = {},
): Promise<TrainedModel> {
  const [bytes, name] =
    model instanceof Uint8Array
      ? [model, 'model']
      : [await fetchBytes(model, 'the model'), String(model)]
  return fromOnnx(bytes, name, (given) => openSession(given, session), { waiting })
}
