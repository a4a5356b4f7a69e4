/** Builds the messages of ONNX's schema. */
import { create } from '@bufbuild/protobuf'
import type { DataType, Shape } from '../shape/shape.js'
import type { OnnxAttribute } from './attributes.js'
import { onnxDataTypes } from './data-types.js'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js'

/** An attribute of a node. */
export function writeAttribute(name: string, attribute: OnnxAttribute): AttributeProto {
  const type = AttributeProto_AttributeType
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(attribute.value) })
    case 'ints':
      return create(AttributeProtoSchema, {
        name,
        type: type.INTS,
        ints: attribute.value.map((value) => BigInt(value)),
      })
    case 'float':
      return create(AttributeProtoSchema, { name, type: type.FLOAT, f: attribute.value })
    case 'text':
      return create(AttributeProtoSchema, {
        name,
        type: type.STRING,
        s: new TextEncoder().encode(attribute.value),
      })
    case 'body':
      return create(AttributeProtoSchema, {
        name,
        type: type.GRAPH,
        g: attribute.content,
      })
  }
}

/** Numbers as little-endian bytes, as ONNX stores them; not copied if they already lie so in memory. */
export function encodeNumbers(
  dataType: DataType,
  values: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = typedArray(dataType, values)
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength))
}

function typedArray(dataType: DataType, values: ArrayLike<number>): ArrayBufferView {
  switch (dataType) {
    case 'float32':
      return values instanceof Float32Array ? values : Float32Array.from(values)
    case 'float64':
      return Float64Array.from(values)
    case 'int64':
      return BigInt64Array.from(Array.from(values, (value) => BigInt(value)))
    case 'int32':
      return Int32Array.from(values)
    case 'uint8':
    case 'bool':
      return Uint8Array.from(values)
  }
}

/** A constant, from the bytes that `encodeNumbers` returns. */
export function writeTensor(
  name: string,
  dataType: DataType,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: onnxDataTypes[dataType],
    dims: shape.map((size) => BigInt(size)),
    rawData: bytes,
  })
}

/** The name and type of a graph's input or output. */
export function valueInfo(name: string, dataType: DataType, shape: Shape): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxDataTypes[dataType],
          shape: {
            dim: shape.map((size) => ({
              value:
                typeof size === 'number'
                  ? ({ case: 'dimValue', value: BigInt(size) } as const)
                  : ({ case: 'dimParam', value: size } as const),
            })),
          },
        },
      },
    },
  })
}
