/** Loads a trained model from an exported file, in a web page. */
import { fetchBytes } from '../../runtime/fetch.js'
import { openSession, type WebSessionOptions } from '../../runtime/web.js'
import type { TrainedModel } from '../trained-model.js'
import type { TurnOptions } from '../turns.js'
import { fromOnnx } from './from-onnx.js'

export type WebLoadOptions = WebSessionOptions & Pick<TurnOptions, 'waiting'>

/**
 * Loads a file that `limbic export` made, as `loadModel` of `limbic` does in Node: it takes raw
 * features of any length by input name, and returns readable answers.
 *
 * @param model the file's bytes, or its URL
 * @throws LimbicError if there is no such file, Limbic did not write it, it is damaged, or the page
 * cannot run it
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
