/** The pieces of ONNX's schema that a graph is written with. */
import { create } from '@bufbuild/protobuf'
import type { OnnxAttribute } from '../graph.js'
import type { DataType, Shape } from '../shape/shape.js'
import { onnxDataTypes } from './data-types.js'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
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
        g: attribute.content as GraphProto,
      })
  }
}

/** Little-endian bytes of numbers, as ONNX stores them. */
export function encodeNumbers(dataType: DataType, values: ArrayLike<number>): Uint8Array {
  const array =
    dataType === 'int64'
      ? BigInt64Array.from(Array.from(values, (value) => BigInt(value)))
      : dataType === 'float64'
        ? Float64Array.from(values)
        : dataType === 'int32'
          ? Int32Array.from(values)
          : dataType === 'bool' || dataType === 'uint8'
            ? Uint8Array.from(values)
            : values instanceof Float32Array
              ? values
              : Float32Array.from(values)
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** A constant, from its bytes as `encodeNumbers` gives them. */
export function writeTensor(
  name: string,
  dataType: DataType,
  shape: readonly number[],
  bytes: Uint8Array,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: onnxDataTypes[dataType],
    dims: shape.map((size) => BigInt(size)),
    rawData: bytes as Uint8Array<ArrayBuffer>,
  })
}

/** What a graph's input or output is called, and its type. */
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
