/**
 * Matrices of zeros and ones, eight in a byte.
 *
 * Dropout on the weights of long attention decides tens of millions of numbers a step. As bits they
 * take a thirty-second of the memory, and are unpacked where they are used, a few heads at a time.
 *
 * With `n` bytes for a matrix, bit `j` of byte `i` is the element `j n + i`, counted row by row; what
 * lies beyond the last element means nothing. Each of the eight bits thus gives a run of neighbours,
 * and unpacking is one wide operation without any shuffling.
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

/** The bytes that hold matrices of a shape: the last two axes become one of bytes. */
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
    // Inside a loop only the sizes themselves may be known, not what they are made of.
    const elements = emit('Mul', onnx.sizes([rows]), onnx.sizes([columns]))
    const exact = emit('Slice', flat, numbers(0), elements, numbers(-1))
    const shaped = emit('Reshape', exact, onnx.sizes([...lead, rows, columns]))
    // The cast to booleans turns a set bit at any position of its byte into 1.
    const truths = onnx.emit('Cast', [shaped], { to: int(onnxDataTypes.bool) })
    onnx.write(outputs, 'Cast', [truths], { to: int(onnxDataTypes[dataType]) })
  },
}

/**
 * Unpacks bits to zeros and ones.
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
