/** ONNX's numbering of data types. */
import type { DataType } from '../shape/shape.js'

/** ONNX's numbers for data types (TensorProto.DataType). */
export const onnxDataTypes: Readonly<Record<DataType, number>> = {
  float32: 1,
  float64: 11,
  int64: 7,
  int32: 6,
  uint8: 2,
  bool: 9,
}
