/**
 * Matrices of zeros and ones, packed eight to a byte.
 *
 * Dropout on the weights of long attention makes tens of millions of decisions per step. As bits
 * they take a thirty-second of the memory; they are unpacked where they are used, a few heads at a
 * time.
 *
 * If a matrix takes `n` bytes, bit `j` of byte `i` is its element `j n + i` in row-major order;
 * bits beyond the last element are ignored. Each of the eight bit positions thus holds consecutive
 * elements, and unpacking is one wide operation without reordering.
 */
import { int } from '../../onnx/attributes.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import {
  addDimensions,
  type DataType,
  type Dimension,
  floorDivideDimension,
  formatShape,
  isFloating,
  multiplyDimensions,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'

/** The shape of the bytes that hold matrices: the last two axes become one. */
export function packedShape(shape: Shape): Shape {
  const elements = multiplyDimensions(shape.slice(-2))
  return [...shape.slice(0, -2), floorDivideDimension(addDimensions(elements, 7), 8)]
}

interface UnpackAttributes {
  readonly rows: Dimension
  readonly columns: Dimension
  readonly dataType: DataType
}

const unpackOperator: Operator<UnpackAttributes, readonly [Tensor]> = {
  name: 'unpackBits',
  infer([bits], { rows, columns, dataType }, mistake) {
    const shape = [...bits.shape.slice(0, -1), rows, columns]
    const packed = packedShape(shape)
    if (!isFloating(dataType)) return mistake('0', 'a floating-point result', dataType)
    if (bits.dataType !== 'uint8' || !sameShape(bits.shape, packed)) {
      return mistake('0', `uint8${formatShape(packed)}`, String(bits))
    }
    return [{ dataType, shape }]
  },
  lower({ inputs: [bits], outputs, attributes: { rows, columns, dataType } }, onnx) {
    const emit = (operator: string, ...inputs: string[]) => onnx.emit(operator, inputs)
    const numbers = (...values: number[]) => onnx.constant('int64', [values.length], values)
    const planes = emit(
      'BitwiseAnd',
      emit('Unsqueeze', onnx.value(bits), numbers(-2)),
      onnx.constant('uint8', [8, 1], [1, 2, 4, 8, 16, 32, 64, 128]),
    )
    const lead = bits.shape.slice(0, -1)
    const flat = emit('Reshape', planes, numbers(...lead.map(() => 0), -1))
    // Inside a loop a size may be known only as a whole, not the names that it consists of.
    const elements = emit('Mul', onnx.sizes([rows]), onnx.sizes([columns]))
    const exact = emit('Slice', flat, numbers(0), elements, numbers(-1))
    const shaped = emit('Reshape', exact, onnx.sizes([...lead, rows, columns]))
    // The cast to booleans turns a set bit at any position of its byte into 1.
    const truths = onnx.emit('Cast', [shaped], { to: int(onnxDataTypes.bool) })
    onnx.write(outputs, 'Cast', [truths], { to: int(onnxDataTypes[dataType]) })
  },
}

/**
 * Unpacks bits into zeros and ones.
 *
 * @param bits uint8 [..., bytes], as `packedShape` says
 * @returns [..., rows, columns]
 */
export function unpackBits(
  bits: Tensor,
  rows: Dimension,
  columns: Dimension,
  dataType: DataType = 'float32',
): Tensor {
  return applyOperator(unpackOperator, [bits], { rows, columns, dataType }).outputs[0]
}
