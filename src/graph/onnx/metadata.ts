/** What an ONNX model says about itself. */
import { metadataOf, readModel } from './stored.js'

/**
 * What an ONNX model says about itself (its `metadata_props`).
 *
 * @throws LimbicError if the bytes are no ONNX model
 */
export function readModelMetadata(model: Uint8Array, where = 'model'): Map<string, string> {
  return metadataOf(readModel(model, where))
}
