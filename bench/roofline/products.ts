import { create, toBinary } from '@bufbuild/protobuf'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { RandomStream } from '../../src/base/random.js'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../src/graph/onnx/generated/onnx_pb.js'
import { session } from '../setting.js'
import type { MakeStep } from '../step.js'

/**
 * A chain of matrix products, whose rate stands for what the machine can do: `rows` x `inner`,
 * times `inner` x `columns`, times `columns` x `inner`, and so on, `count` products in all. The
 * matrices on the right are constants, which ONNX Runtime lays out beforehand: the best case.
 */
export interface Chain {
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly count: number
}

/** The shapes tried; the faster one is the roofline. The first is what recurrent layers are made of. */
export const chains = {
  'product 1600x300x400': { rows: 1600, inner: 300, columns: 400, count: 40 },
  'product 2048x2048x2048': { rows: 2048, inner: 2048, columns: 2048, count: 2 },
} as const satisfies Record<string, Chain>

export type ChainName = keyof typeof chains

export function isChainName(name: string): name is ChainName {
  return Object.hasOwn(chains, name)
}

/** Every product of a chain is of the same size. */
export function chainFlops({ rows, inner, columns, count }: Chain): number {
  return count * 2 * rows * inner * columns
}

export function makeChain(chain: Chain): MakeStep {
  return async () => {
    const { rows, inner } = chain
    const products = await InferenceSession.create(chainModel(chain), {
      intraOpNumThreads: session.threads,
    })
    const start = new Tensor('float32', noise(rows * inner, 1), [rows, inner])
    return async () => {
      await products.run({ start })
    }
  }
}

/** Uniform values in (-bound, bound). */
function noise(size: number, bound: number): Float32Array {
  const stream = new RandomStream(0, 'roofline', size)
  return Float32Array.from({ length: size }, () => stream.uniform(-bound, bound))
}

function chainModel({ rows, inner, columns, count }: Chain): Uint8Array {
  const width = (product: number): number => (product % 2 === 0 ? inner : columns)
  const nodes = Array.from({ length: count }, (_, product) =>
    create(NodeProtoSchema, {
      opType: 'MatMul',
      input: [
        product === 0 ? 'start' : `product${product - 1}`,
        product % 2 === 0 ? 'there' : 'back',
      ],
      output: [product === count - 1 ? 'end' : `product${product}`],
    }),
  )
  const model = create(ModelProtoSchema, {
    irVersion: 9n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 20n })],
    graph: create(GraphProtoSchema, {
      name: 'products',
      node: nodes,
      initializer: [constant('there', inner, columns), constant('back', columns, inner)],
      input: [described('start', rows, inner)],
      output: [described('end', rows, width(count))],
    }),
  })
  return toBinary(ModelProtoSchema, model)
}

/** A random matrix that keeps the size of what it multiplies, so that a chain neither vanishes nor overflows. */
function constant(name: string, rows: number, columns: number): TensorProto {
  const values = noise(rows * columns, Math.sqrt(3 / rows))
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(rows), BigInt(columns)],
    dataType: TensorProto_DataType.FLOAT,
    rawData: new Uint8Array(values.buffer),
  })
}

function described(name: string, ...sizes: readonly number[]): ValueInfoProto {
  const dim = sizes.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: { case: 'dimValue', value: BigInt(size) },
    }),
  )
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim }),
  })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  })
}
