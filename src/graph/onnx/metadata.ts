/** What an ONNX model says about itself. */
import { readModel } from './stored.js'

/**
 * What an ONNX model says about itself (its `metadata_props`).
 *
 * @throws LimbicError if the bytes are no ONNX model
 */
export function readModelMetadata(model: Uint8Array, where = 'model'): Map<string, string> {
  const { metadataProps } = readModel(model, where)
  return new Map(metadataProps.map(({ key, value }) => [key, value]))
}
