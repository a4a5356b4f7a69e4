/** What an ONNX model says about itself. */
import { fromBinary } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import { ModelProtoSchema } from './generated/onnx_pb.js'

/**
 * What an ONNX model says about itself (its `metadata_props`).
 *
 * @throws LimbicError if the bytes are no ONNX model
 */
export function readModelMetadata(model: Uint8Array, where = 'model'): Map<string, string> {
  try {
    const { metadataProps, graph } = fromBinary(ModelProtoSchema, model)
    if (graph) return new Map(metadataProps.map(({ key, value }) => [key, value]))
  } catch (error) {
    throw new LimbicError('not an ONNX model', { where }, { cause: error })
  }
  throw new LimbicError('not an ONNX model', { where, expected: 'a graph', got: 'none' })
}
