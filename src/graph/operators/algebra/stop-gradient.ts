/** Stops gradients. */
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { direct, type NoAttributes, none } from '../define.js'

export const stopGradientOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'stopGradient',
  infer: ([{ dataType, shape }]) => [{ dataType, shape }],
  lower: direct('Identity'),
  gradient: () => [],
  flops: () => 0,
}

/** The input itself, as a constant for gradients. */
export function stopGradient(input: Tensor): Tensor {
  return applyOperator(stopGradientOperator, [input], none).outputs[0]
}
