/** Writes part of a graph as the bytes of an ONNX model. */
import { create, toBinary } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import { elementAt } from '../../base/lookup.js'
import { rewrite } from '../rewrite/rewrite.js'
import type { Tensor } from '../tensor.js'
import { type GraphProto, GraphProtoSchema, ModelProtoSchema } from './generated/onnx_pb.js'
import { Lowering } from './lowering.js'
import { irVersionOf, lastOlderSet, lowestOperatorSet, operatorSet } from './opset.js'
import { encodeNumbers, valueInfo, writeTensor } from './protobuf.js'

export interface ModelEnds {
  /** What is fed at each run, by name; a training step also feeds its parameters. */
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly outputs: ReadonlyMap<string, Tensor>
  /** Values of parameters that are stored in the model instead of fed; unused ones are left out. */
  readonly weights?: ReadonlyMap<string, Float32Array>
  readonly metadata?: Readonly<Record<string, string>>
  /** The expected batch size, if known: the lowering that is fastest for it on a CPU is chosen. */
  readonly batch?: number
  /**
   * The largest expected sizes of open dimensions, if known: short attention is then written
   * without a loop. Larger sizes still give correct results, but take more memory.
   */
  readonly longest?: ReadonlyMap<string, number>
  /**
   * Whether old runtimes must be able to read the file: it declares the lowest operator set that
   * its operators need, and uses older forms of operators where those are equivalent.
   */
  readonly portable?: boolean
}

/**
 * Writes the part of a graph that leads to `outputs` as an ONNX model (standard operators only).
 *
 * @returns the model's bytes, for `runtime` or a file
 * @throws LimbicError if an output depends on an input or parameter that is neither fed nor stored
 */
export function writeModel(ends: ModelEnds): Uint8Array {
  const [first] = ends.outputs.values()
  if (!first) throw new LimbicError('a model needs at least one output', { where: 'writeModel' })
  return first.graph.aside(() => toBinary(ModelProtoSchema, modelOf(ends)))
}

function modelOf(ends: ModelEnds) {
  if (!ends.portable) return stamped(ends, graphOf(ends, false), operatorSet)
  const older = graphOf(ends, true)
  const set = lowestOperatorSet(older)
  if (set <= lastOlderSet) return stamped(ends, older, set)
  const newer = graphOf(ends, false)
  return stamped(ends, newer, lowestOperatorSet(newer))
}

function stamped({ metadata = {} }: ModelEnds, graph: GraphProto, set: number) {
  return create(ModelProtoSchema, {
    irVersion: irVersionOf(set),
    producerName: 'limbic',
    opsetImport: [{ domain: '', version: BigInt(set) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph,
  })
}

function graphOf(
  { inputs, outputs, weights, batch = 0, longest }: ModelEnds,
  older: boolean,
): GraphProto {
  const given = new Set(inputs.values())
  const rewritten = rewrite([...outputs.values()], {
    batch,
    isGiven: (tensor) => given.has(tensor),
    ...(longest && { longest }),
  })
  const names = new Map<Tensor, string>()
  for (const [name, tensor] of inputs) names.set(tensor, name)
  const results = [...outputs.keys()].map((name, place) => ({
    name,
    tensor: elementAt(rewritten.outputs, place, 'output'),
  }))
  // A node writes its result directly to the output. Where it cannot (an input passed through, one
  // value under two names), the value is copied.
  for (const { name, tensor } of results) {
    if (tensor.origin.kind === 'node' && !names.has(tensor)) names.set(tensor, name)
  }
  const stored = new Set(weights?.keys())
  const lowering = new Lowering(rewritten, { names, batch, stored, older })
  for (const { name, tensor } of results) lowering.copy(tensor, name)
  const initializers = [...(weights ?? [])].flatMap(([name, values]) => {
    const shape = lowering.weightsRead.get(name)
    return shape ? [writeTensor(name, 'float32', shape, encodeNumbers('float32', values))] : []
  })
  return create(GraphProtoSchema, {
    name: 'limbic',
    node: lowering.nodes,
    initializer: [...initializers, ...lowering.initializers],
    input: [...inputs].map(([name, { dataType, shape }]) => valueInfo(name, dataType, shape)),
    output: results.map(({ name, tensor: { dataType, shape } }) =>
      valueInfo(name, dataType, shape),
    ),
  })
}
