/**
 * Attention averaged over the queries.
 *
 * The average of the outputs needs only the average weight of each key, `c[k] = sum over q of
 * share[q] P[q, k]`. The product of all weights with the values, and its two gradients, become
 * products with one vector. The weights are never in memory as a whole (see `attention-scores.ts`).
 */
import { elementAt } from '../../../base/lookup.js'
import { applyOperator, type Operator, type Tensor, type TwoResults } from '../../tensor.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { matmul } from '../algebra/matmul.js'
import { reduceToShape } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'
import type { AttentionOperands } from './attention.js'
import {
  type AttentionAttributes,
  type AttentionInputs,
  type AttentionNode,
  checkOperand,
  checkScores,
  droppedWeights,
  lowerLoop,
  type Parts,
  partsOf,
  productFlops,
  scoresAtATime,
  scoresOf,
} from './attention-scores.js'

/** The results of the operator, computed for all heads and samples at once. */
export function averagesAtOnce({ inputs, attributes }: AttentionNode): Tensor[] {
  return forward(partsOf(inputs, attributes), attributes)
}

/** The average weight of each key. The operand `value` holds the queries' shares. */
export const averageWeightsOperator: Operator<AttentionAttributes, AttentionInputs> = {
  name: 'averageWeights',
  infer(inputs, attributes, mistake) {
    const { query, key, value: shares } = checkScores(inputs, attributes, mistake)
    const [batch, heads, queries] = query.axes('batch', 'heads', 'queries', 'width')
    checkOperand('shares', shares, query, [[batch, heads, 1, queries]], mistake)
    return [{ dataType: query.dataType, shape: [batch, heads, 1, key.size(2)] }]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, forward),
  gradient({ attributes, inputs }, [upstream]) {
    if (!upstream) return []
    const parts = partsOf(inputs, attributes)
    const operands = [...inputs, upstream] as const
    const results = applyOperator(averageWeightsGradientOperator, operands, attributes)
    const [toQuery, toKey] = results.outputs
    const toScores = scoreGradients({ ...parts, rest: [upstream] }, attributes)
    return [
      toQuery,
      transpose(toKey),
      undefined,
      ...parts.masks.map((mask) =>
        reduceToShape(multiply(toScores, transpose(parts.value)), mask.shape),
      ),
    ]
  },
  workspace: (node) => scoresAtATime(node, 2),
  flops: (node, size) => productFlops(node, size) + 7 * size(scoresOf(node)),
}

const averageWeightsGradientOperator: Operator<AttentionAttributes, AttentionInputs, TwoResults> = {
  name: 'averageWeightsGradient',
  infer(inputs, attributes) {
    const { query, key } = partsOf(inputs, attributes)
    const { dataType } = query
    const [batch, heads, keys, width] = key.axes('batch', 'heads', 'keys', 'width')
    return [
      { dataType, shape: query.shape },
      { dataType, shape: [batch, heads, width, keys] },
    ]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, backward),
  workspace: (node) => scoresAtATime(node, 4, true),
  flops: (node, size) => 3 * productFlops(node, size) + 11 * size(scoresOf(node)),
}

function forward(parts: Parts, { scale }: AttentionAttributes): Tensor[] {
  return [matmul(parts.value, droppedWeights(parts, scale).left)]
}

/**
 * With P the weights, P' the weights after dropout and u the gradient of each key's average weight,
 * the gradient of a query's scores is its share times `P' * u - P * (sum over k of P' u)`.
 */
function scoreGradients(parts: Parts, { scale }: AttentionAttributes): Tensor {
  const upstream = elementAt(parts.rest, 0, 'gradient of attention')
  const { weights, left, kept } = droppedWeights(parts, scale)
  const total = matmul(left, transpose(upstream))
  return kept
    ? subtract(multiply(left, upstream), multiply(weights, total))
    : multiply(weights, subtract(upstream, total))
}

/** Multiplies the narrow operands by shares and scale, not the scores. The keys' gradient is transposed. */
function backward(parts: Parts, attributes: AttentionAttributes): Tensor[] {
  const toScores = scoreGradients(parts, attributes)
  const factors = multiply(transpose(parts.value), attributes.scale)
  return [
    multiply(matmul(toScores, parts.key), factors),
    matmul(transpose(multiply(parts.query, factors)), toScores),
  ]
}

/**
 * The output of `attention`, averaged over the queries with weights `shares`; neither all outputs
 * nor all weights are computed.
 *
 * @param shares the weight of each query, [batch, heads, 1, queries], adding up to 1 for each head
 * if the result is to be an average; they receive no gradient
 * @returns [batch, heads, 1, width of the outputs]
 * @throws LimbicError if an operand's shape does not fit
 */
export function averageAttention(operands: AttentionOperands, shares: Tensor): Tensor {
  const { query, key, value, scale, masks = [], drop } = operands
  const inputs = [query, key, shares, ...masks, ...(drop ? [drop.bits] : [])] as const
  const attributes = { scale, masks: masks.length, hasDrop: drop !== undefined }
  const averages = applyOperator(averageWeightsOperator, inputs, attributes).outputs[0]
  const average = matmul(averages, value)
  return drop ? multiply(average, 1 / (1 - drop.probability)) : average
}
