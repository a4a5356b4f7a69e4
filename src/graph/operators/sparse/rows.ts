/**
 * Takes rows by number, where the inverse is known: neither the result nor the gradient adds rows
 * up.
 */
import { flag, int } from '../../onnx/attributes.js'
import { type DataType, formatShape, isFloating, type Shape } from '../../shape/shape.js'
import { applyOperator, type OnnxTarget, type Operator, type Tensor } from '../../tensor.js'
import { type NoAttributes, none } from '../define.js'

/**
 * Whether a tensor has the form that all operators on numbered rows take: numbers, [rows, width].
 */
export function areRows({ rank, dataType, shape }: Tensor): boolean {
  return rank === 2 && isFloating(dataType) && typeof shape[1] === 'number'
}

/**
 * Emits the rows of [rows, width] by number: row n - 1 for a number n from 1 on, and zeros for 0. A
 * row of zeros is put before the others, then `Gather` takes them.
 *
 * @param numbers the name of int64 numbers
 * @returns the name of [...numbers, width]
 */
export function emitRows(
  rows: Tensor,
  numbers: string,
  onnx: OnnxTarget,
  width = rows.fixedSize(1),
): string {
  const blank = onnx.constant(rows.dataType, [1, width], new Float64Array(width))
  const all = onnx.emit('Concat', [blank, onnx.value(rows)], { axis: int(0) })
  return onnx.emit('Gather', [all, numbers], { axis: int(0) })
}

/** Reshapes to sizes of which any may be 0. */
export function emitReshape(name: string, shape: Shape, onnx: OnnxTarget): string {
  return onnx.emit('Reshape', [name, onnx.sizes(shape)], { allowzero: flag(true) })
}

const takeRowsOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'takeRows',
  infer([input, numbers, back], _, mistake) {
    if (!areRows(input)) return mistake('0', 'numbers [rows, a number of columns]', String(input))
    const list: readonly [DataType, number] = ['int64', 1]
    for (const [place, operand] of [numbers, back].entries()) {
      if (operand.dataType !== list[0] || operand.rank !== list[1]) {
        return mistake(String(place + 1), 'int64 of rank 1', String(operand))
      }
    }
    if (back.size(0) !== input.size(0)) {
      return mistake('2', `int64${formatShape([input.size(0)])}`, String(back))
    }
    return [{ dataType: input.dataType, shape: [numbers.size(0), input.size(1)] }]
  },
  lower({ inputs: [input, numbers], outputs }, onnx) {
    const taken = emitRows(input, onnx.value(numbers), onnx)
    onnx.write(outputs, 'Identity', [taken])
  },
  gradient: ({ inputs: [, numbers, back] }, [gradient]) => [
    gradient && takeRows(gradient, back, numbers),
  ],
  flops: () => 0,
}

/**
 * Rows by number, each taken at most once. Its gradient only moves rows back, whereas that of
 * `gather` must add them up.
 *
 * @param input [rows, width]
 * @param numbers int64 [taken]: the row to take for each result, counted from 1; 0 for a row of
 * zeros
 * @param back int64 [rows]: the result that each row becomes, counted from 1; 0 for none. It is the
 * inverse of `numbers`.
 * @returns [taken, width]
 */
export function takeRows(input: Tensor, numbers: Tensor, back: Tensor): Tensor {
  return applyOperator(takeRowsOperator, [input, numbers, back], none).outputs[0]
}
