/** Recurrent lanes as ONNX's own operators, one per lane. */
import { elementAt } from '../../../base/lookup.js'
import { int, type OnnxAttributes, text } from '../../onnx/attributes.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import type { Shape } from '../../shape/shape.js'
import type { OnnxTarget, Tensor } from '../../tensor.js'
import type { Lane } from './lanes.js'

/** ONNX's operator, and its attributes except size and direction. */
export interface NativeOperator {
  readonly name: string
  readonly attributes: OnnxAttributes
}

/**
 * Writes one lane. All operands and results of ONNX's operators except the input have an axis for
 * directions.
 *
 * @param outputs the lane's outputs and last states
 */
export function lowerLane(
  lane: Lane,
  outputs: readonly Tensor[],
  { name, attributes }: NativeOperator,
  onnx: OnnxTarget,
): void {
  const first = onnx.constant('int64', [1], [0])
  const withDirection = (value: string) => onnx.emit('Unsqueeze', [value, first])
  const biases = onnx.values([lane.inputBias, lane.recurrentBias])
  const bias = onnx.emit('Concat', biases, { axis: int(0) })
  const lengths = lane.lengths
    ? onnx.emit('Cast', [onnx.value(lane.lengths)], { to: int(onnxDataTypes.int32) })
    : ''
  const operands = [
    onnx.value(lane.input),
    withDirection(onnx.value(lane.inputWeight)),
    withDirection(onnx.value(lane.recurrentWeight)),
    withDirection(bias),
    lengths,
    ...onnx.values(lane.initial).map(withDirection),
  ]
  const results = onnx.emitSeveral(outputs.length, name, operands, {
    hidden_size: int(lane.recurrentWeight.fixedSize(1)),
    direction: text(lane.reversed ? 'reverse' : 'forward'),
    ...attributes,
  })
  for (const [position, output] of outputs.entries()) {
    if (!onnx.isUsed(output)) continue
    const axis = onnx.constant('int64', [1], [position === 0 ? 1 : 0])
    onnx.write([output], 'Squeeze', [elementAt(results, position, 'result'), axis])
  }
}

/** The products of each step's input and previous state with their weights. */
export function laneFlops(lanes: readonly Lane[], size: (shape: Shape) => number): number {
  return lanes.reduce((total, { input, inputWeight, recurrentWeight }) => {
    const steps = size(input.shape.slice(0, 2))
    return total + 2 * steps * (size(inputWeight.shape) + size(recurrentWeight.shape))
  }, 0)
}
