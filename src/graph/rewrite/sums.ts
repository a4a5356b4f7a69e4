/** Replaces sums by products that are faster. */
import { gemm } from '../operators/algebra/matmul.js'
import { flatten, reshape } from '../operators/layout/reshape.js'
import { expand, sumOperator } from '../operators/layout/stretch.js'
import { isFloating, multiplyDimensions } from '../shape/shape.js'
import { ruleOf } from './rule.js'

/**
 * The sum over all axes but the last, such as the gradient of a bias, as a product with ones, which
 * takes half as long as ONNX Runtime's sum.
 */
export const sumOfRows = ruleOf(
  'a sum of rows is a product with ones',
  sumOperator,
  ({ inputs: [input], outputs: [output], attributes: { axes } }) => {
    const { graph, dataType, rank, shape } = input
    const isOfRows = axes.length === rank - 1 && axes.every((axis, place) => axis === place)
    if (!isOfRows || axes.length === 0 || !isFloating(dataType)) return
    const rows = multiplyDimensions(shape.slice(0, -1))
    const ones = expand(graph.scalar(1, dataType), [1, rows])
    return [reshape(gemm(ones, flatten(input)), output.shape)]
  },
)
