/** A graph with chosen ends as the bytes of an ONNX model. */
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
  /** What is fed at each run, by name. Parameters may be among them, which training does. */
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly outputs: ReadonlyMap<string, Tensor>
  /** Values to store inside the model for parameters that are not fed; those not needed are left out. */
  readonly weights?: ReadonlyMap<string, Float32Array>
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * How many samples a run will mostly have, where that is known: what computes the same in several
   * ways takes the fastest for it on a processor.
   */
  readonly batch?: number
  /**
   * The largest sizes that open dimensions will have, where they are known: attention over few steps
   * then does without loops. Runs of larger sizes give the same, and take more memory.
   */
  readonly longest?: ReadonlyMap<string, number>
  /**
   * Whether the file is for runtimes of any age: it carries the lowest operator set that its
   * operators need, and says in older ones what newer ones only say more briefly.
   */
  readonly portable?: boolean
}

/**
 * Writes the part of a graph that leads to `outputs` as an ONNX model (standard operators only).
 *
 * @returns the model's bytes, for `runtime` or a file
 * @throws LimbicError if an output needs an input or a parameter that is neither fed nor stored
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
  // A node writes its result straight to the output; where that cannot be (an input passed through,
  // one value under two names) a copy does.
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
