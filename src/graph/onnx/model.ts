/** A graph with chosen ends as the bytes of an ONNX model. */
import { create, toBinary } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import type { Tensor } from '../graph.js'
import { ModelProtoSchema, type NodeProto } from './generated/onnx_pb.js'
import { Lowering } from './lowering.js'
import { encodeNumbers, valueInfo, writeTensor } from './protobuf.js'

/** The operator set that models are written in: ONNX 1.16, of March 2024. */
export const operatorSet = 21
const irVersion = 10n

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
}

/**
 * Writes the part of a graph that leads to `outputs` as an ONNX model (standard operators only).
 *
 * @returns the model's bytes, for `runtime` or a file
 * @throws LimbicError if an output needs an input or a parameter that is neither fed nor stored
 */
export function writeModel(ends: ModelEnds): Uint8Array {
  const { inputs, outputs, weights, metadata = {}, batch = 0 } = ends
  const [first] = outputs.values()
  if (!first) throw new LimbicError('a model needs an output', { where: 'writeModel' })
  const { graph } = first
  const names = new Map<Tensor, string>()
  for (const [name, tensor] of inputs) names.set(tensor, name)
  const stored = [...(weights ?? [])].flatMap(([name, values]) => {
    const parameter = graph.parameters.get(name)
    if (!parameter || names.has(parameter.tensor)) return []
    names.set(parameter.tensor, name)
    return [{ name, shape: parameter.shape, values }]
  })
  // A node writes its result straight to the output; where that cannot be (an input passed through,
  // one value under two names) a copy does.
  for (const [name, tensor] of outputs) {
    if (tensor.origin.kind === 'node' && !names.has(tensor)) names.set(tensor, name)
  }
  const lowering = new Lowering([...outputs.values()], names, batch)
  const results = [...outputs].map(([name, tensor]) => {
    const value = lowering.value(tensor)
    if (value !== name) lowering.emit('Identity', [value], { outputs: [name] })
    return valueInfo(name, tensor.dataType, tensor.shape)
  })
  const read = namesRead(lowering.nodes)
  const initializers = stored
    .filter(({ name }) => read.has(name))
    .map(({ name, shape, values }) =>
      writeTensor(name, 'float32', shape, encodeNumbers('float32', values)),
    )
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'limbic',
    opsetImport: [{ domain: '', version: BigInt(operatorSet) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'limbic',
      node: lowering.nodes,
      initializer: [...initializers, ...lowering.initializers],
      input: [...inputs].map(([name, tensor]) => valueInfo(name, tensor.dataType, tensor.shape)),
      output: results,
    },
  })
  return toBinary(ModelProtoSchema, model)
}

/** Every name that a node reads, those within loops and branches too. */
function namesRead(nodes: readonly NodeProto[]): Set<string> {
  const names = new Set<string>()
  for (const { input, attribute } of nodes) {
    for (const name of input) names.add(name)
    for (const { g } of attribute) {
      if (!g) continue
      for (const name of namesRead(g.node)) names.add(name)
      for (const { name } of g.output) names.add(name)
    }
  }
  return names
}
