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
import { int, type Operator, type Tensor } from '../../graph.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import {
  addDimensions,
  type Dimension,
  floorDivideDimension,
  formatShape,
  multiplyDimensions,
  type Shape,
  sameShape,
} from '../../shape/shape.js'

/** The bytes that hold matrices of a shape: the last two axes become one of bytes. */
export function packedShape(shape: Shape): Shape {
  const elements = multiplyDimensions(shape.slice(-2))
  return [...shape.slice(0, -2), floorDivideDimension(addDimensions(elements, 7), 8)]
}

interface UnpackAttributes {
  readonly rows: Dimension
  readonly columns: Dimension
  readonly dataType: 'float32' | 'float64'
}

const unpackOperator: Operator<UnpackAttributes> = {
  name: 'unpackBits',
  infer([bits], { rows, columns, dataType }, mistake) {
    const shape = [...(bits?.shape.slice(0, -1) ?? []), rows, columns]
    const packed = packedShape(shape)
    if (bits?.dataType !== 'uint8' || !sameShape(bits.shape, packed)) {
      return mistake('0', `uint8${formatShape(packed)}`, String(bits))
    }
    return [{ dataType, shape }]
  },
  lower(node, onnx) {
    const { rows, columns, dataType } = node.attributes
    const bits = node.input(0)
    const emit = (operator: string, ...inputs: string[]) => onnx.emit(operator, inputs)[0] ?? ''
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
    // By way of truth values every bit becomes 1, wherever in its byte it stood.
    const [truths = ''] = onnx.emit('Cast', [shaped], {
      attributes: { to: int(onnxDataTypes.bool) },
    })
    onnx.emit('Cast', [truths], {
      outputs: [onnx.value(node.output())],
      attributes: { to: int(onnxDataTypes[dataType]) },
    })
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
  dataType: 'float32' | 'float64' = 'float32',
): Tensor {
  return bits.graph.apply(unpackOperator, [bits], { rows, columns, dataType }).output()
}
