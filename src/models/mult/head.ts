/** MulT's prediction head. */
import { add, concat, relu, type Tensor } from '../../graph/index.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import type { Scope } from '../../nn/scope.js'

/** The streams' vectors side by side, a block of two layers with a residual, and the output layer. */
export function head(
  scope: Scope,
  width: number,
  outputs: number,
  probability: number,
): (vectors: readonly Tensor[]) => Tensor {
  const first = linear(scope.child('first'), { inputs: width, units: width })
  const second = linear(scope.child('second'), { inputs: width, units: width })
  const output = linear(scope.child('output'), { inputs: width, units: outputs })
  const drop = dropout(scope, probability)
  return (vectors) => {
    const together = concat(vectors, 1)
    return output(add(second(drop(relu(first(together)))), together))
  }
}
