/** Reads what an ONNX model stores: its messages, its numbers, and its nodes by their ends. */
import { fromBinary } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import { elementCount } from '../shape/shape.js'
import { onnxDataTypes } from './data-types.js'
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
} from './generated/onnx_pb.js'

/** @throws LimbicError if the bytes are no ONNX model */
export function readModel(
  model: Uint8Array,
  where: string,
): Pick<ModelProto, 'metadataProps'> & { readonly graph: GraphProto } {
  try {
    const { graph, metadataProps } = fromBinary(ModelProtoSchema, model)
    if (graph) return { graph, metadataProps }
  } catch (error) {
    throw new LimbicError('not an ONNX model', { where }, { cause: error })
  }
  throw new LimbicError('not an ONNX model', { where, expected: 'a graph', got: 'none' })
}

/** A model's `metadata_props`, by key. */
export function metadataOf({
  metadataProps,
}: Pick<ModelProto, 'metadataProps'>): Map<string, string> {
  return new Map(metadataProps.map(({ key, value }) => [key, value]))
}

/** Stored numbers, row by row. */
export interface StoredNumbers {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** A node of a stored graph. */
export interface StoredNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface StoredGraph {
  /** What the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>
  /** The float32 numbers in the file, by name: parameters and constants. */
  readonly numbers: ReadonlyMap<string, StoredNumbers>
  /** The nodes outside loops and branches, in order. */
  readonly nodes: readonly StoredNode[]
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}

/**
 * The numbers and nodes of a model that `writeModel` wrote.
 *
 * @throws LimbicError if the bytes are no ONNX model
 */
export function readStoredGraph(model: Uint8Array, where = 'model'): StoredGraph {
  const read = readModel(model, where)
  const { graph } = read
  return {
    metadata: metadataOf(read),
    numbers: new Map(
      graph.initializer.flatMap((tensor) =>
        tensor.dataType === onnxDataTypes.float32
          ? [[tensor.name, numbersOf(tensor, where)] as const]
          : [],
      ),
    ),
    nodes: graph.node.map(({ opType: operator, input: inputs, output: outputs }) => ({
      ...{ operator, inputs, outputs },
    })),
    inputNames: graph.input.map(({ name }) => name),
    outputNames: graph.output.map(({ name }) => name),
  }
}

function numbersOf({ name, dims, rawData }: TensorProto, where: string): StoredNumbers {
  const shape = dims.map(Number)
  const bytes = 4 * elementCount(shape)
  if (rawData.length !== bytes) {
    throw new LimbicError('the numbers do not fit their shape', {
      where: `${where}, "${name}"`,
      expected: `${bytes} bytes for [${shape.join(', ')}]`,
      got: String(rawData.length),
    })
  }
  // Copied: the bytes may start anywhere in the file.
  return { shape, data: new Float32Array(new Uint8Array(rawData).buffer) }
}
