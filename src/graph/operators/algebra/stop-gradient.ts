/** Where gradients end. */
import type { Operator, Tensor } from '../../graph.js'
import { direct, type NoAttributes, none } from './elementwise.js'

const stopOperator: Operator<NoAttributes> = {
  name: 'stopGradient',
  infer: ([input], _, mistake) =>
    input
      ? [{ dataType: input.dataType, shape: input.shape }]
      : mistake('0', 'a tensor', 'nothing'),
  lower: direct('Identity'),
  gradient: () => [],
  flops: () => 0,
}

/** The input as it is, which no gradient passes. */
export function stopGradient(input: Tensor): Tensor {
  return input.graph.apply(stopOperator, [input], none).output()
}
