/** Where gradients end. */
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { direct, type NoAttributes, none } from '../define.js'

export const stopGradientOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'stopGradient',
  infer: ([{ dataType, shape }]) => [{ dataType, shape }],
  lower: direct('Identity'),
  gradient: () => [],
  flops: () => 0,
}

/** The input as it is, which no gradient passes. */
export function stopGradient(input: Tensor): Tensor {
  return applyOperator(stopGradientOperator, [input], none).outputs[0]
}
