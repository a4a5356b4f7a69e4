/** Softmax attention whose scores are never in memory as a whole (see `attention-scores.ts`). */
import { elementAt } from '../../../base/lookup.js'
import { applyOperator, type Operator, type Tensor, type ThreeResults } from '../../tensor.js'
import { multiply, negate, subtract } from '../algebra/arithmetic.js'
import { matmul } from '../algebra/matmul.js'
import { concat } from '../layout/concat.js'
import { expand, reduceSum, reduceToShape } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'
import {
  type AttentionAttributes,
  type AttentionInputs,
  type AttentionNode,
  attentionWeights,
  checkOperand,
  checkScores,
  droppedWeights,
  keptOf,
  lowerLoop,
  type Parts,
  partsOf,
  productFlops,
  scoresAtATime,
  scoresOf,
} from './attention-scores.js'

function forward(parts: Parts, { scale }: AttentionAttributes): Tensor[] {
  return [matmul(droppedWeights(parts, scale).left, parts.value)]
}

/**
 * With P the weights and D, for each query, the dot product of its output with the output's
 * gradient, the gradient of the scores is P * (dP - D), since P * dP sums to D over the keys.
 *
 * Without dropout, the product that computes dP also subtracts D, through one more column: ones in
 * the value, -D in the output's gradient (the last operand). With dropout, dP is multiplied by the
 * mask first, and the last operand is D itself.
 *
 * The gradients of keys and values are returned transposed: products with a narrow left operand are
 * faster than those with a wide transposed one.
 */
function backward(parts: Parts, { scale }: AttentionAttributes): Tensor[] {
  const { query, key, value, rest } = parts
  const { weights, left, kept } = droppedWeights(parts, scale)
  const upstream = elementAt(rest, 0, 'gradient of attention')
  const last = elementAt(rest, 1, 'gradient of attention')
  const toLogits = kept
    ? subtract(multiply(matmul(upstream, transpose(value)), kept), last)
    : matmul(last, transpose(value))
  const toScores = multiply(weights, toLogits)
  return [
    multiply(matmul(toScores, key), scale),
    multiply(matmul(transpose(query), toScores), scale),
    matmul(transpose(upstream), left),
  ]
}

/** The results of the operator, computed for all heads and samples at once. */
export function attentionAtOnce({ inputs, attributes }: AttentionNode): Tensor[] {
  return forward(partsOf(inputs, attributes), attributes)
}

export const attentionOperator: Operator<AttentionAttributes, AttentionInputs> = {
  name: 'attention',
  infer(inputs, attributes, mistake) {
    const { query, key, value } = checkScores(inputs, attributes, mistake)
    const wanted = [...key.shape.slice(0, 3), value.shape[3] ?? 'width']
    checkOperand('value', value, query, [wanted], mistake)
    return [{ dataType: query.dataType, shape: [...query.shape.slice(0, 3), value.size(3)] }]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, forward),
  gradient({ inputs, outputs: [output], attributes }, [upstream]) {
    if (!upstream) return []
    const parts = partsOf(inputs, attributes)
    const { query, key, value, masks, drop } = parts
    const [, , , ...others] = inputs
    const total = reduceSum(multiply(upstream, output), -1, true)
    const ones = expand(value.graph.scalar(1, value.dataType), [...value.shape.slice(0, 3), 1])
    const operands = [
      query,
      key,
      drop ? value : concat([value, ones], 3),
      ...others,
      upstream,
      drop ? total : concat([upstream, negate(total)], 3),
    ] as const
    const results = applyOperator(attentionGradientOperator, operands, attributes)
    const [toQuery, toKey, toValue] = results.outputs
    return [
      toQuery,
      transpose(toKey),
      transpose(toValue),
      ...(masks.length > 0 ? maskGradients(parts, attributes, upstream, total) : []),
    ]
  },
  workspace: (node) => scoresAtATime(node, 2),
  flops: (node, size) => 2 * productFlops(node, size) + 5 * size(scoresOf(node)),
}

const attentionGradientOperator: Operator<AttentionAttributes, AttentionInputs, ThreeResults> = {
  name: 'attentionGradient',
  infer(inputs, attributes) {
    const { query, key, rest } = partsOf(inputs, attributes)
    const { dataType } = query
    const [batch, heads, keys, width] = key.axes('batch', 'heads', 'keys', 'width')
    const valueWidth = elementAt(rest, 0, 'gradient of attention').size(3)
    return [
      { dataType, shape: query.shape },
      { dataType, shape: [batch, heads, width, keys] },
      { dataType, shape: [batch, heads, valueWidth, keys] },
    ]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, backward),
  workspace: (node) => scoresAtATime(node, 4, true),
  flops: (node, size) => 5 * productFlops(node, size) + 7 * size(scoresOf(node)),
}

/** Masks are seldom learned. Only where one is are all scores computed at once, for its gradient. */
function maskGradients(
  parts: Parts,
  { scale }: AttentionAttributes,
  upstream: Tensor,
  total: Tensor,
): Tensor[] {
  const toKept = matmul(upstream, transpose(parts.value))
  const kept = keptOf(parts)
  const toWeights = kept ? multiply(toKept, kept) : toKept
  const toScores = multiply(attentionWeights(parts, scale), subtract(toWeights, total))
  return parts.masks.map((mask) => reduceToShape(toScores, mask.shape))
}

export interface AttentionOperands {
  /** [batch, heads, queries, width] */
  readonly query: Tensor
  /** [batch, heads, keys, width] */
  readonly key: Tensor
  /** [batch, heads, keys, width of the outputs] */
  readonly value: Tensor
  /** The factor of the scores, usually 1 / sqrt(width). */
  readonly scale: number
  /** Added to the scores: [queries, keys], [batch, heads, queries or 1, keys], [batch, 1, queries, keys]. */
  readonly masks?: readonly Tensor[]
  /**
   * Dropout on the weights: one bit for each, 0 where it is dropped (see `packedShape`), and the
   * probability of dropping; the remaining weights are divided by 1 - probability.
   */
  readonly drop?: { readonly bits: Tensor; readonly probability: number } | undefined
}

/**
 * Scaled dot-product attention, `dropout(softmax(Q K^T * scale + masks)) V`, without its weights.
 *
 * @returns [batch, heads, queries, width of the outputs]
 * @throws LimbicError if an operand's shape does not fit
 */
export function attention(operands: AttentionOperands): Tensor {
  const { query, key, scale, masks = [], drop } = operands
  // Scaling the values has the same effect as scaling the weights, and there are fewer of them.
  const value = drop ? multiply(operands.value, 1 / (1 - drop.probability)) : operands.value
  const inputs = [query, key, value, ...masks, ...(drop ? [drop.bits] : [])] as const
  const attributes = { scale, masks: masks.length, hasDrop: drop !== undefined }
  return applyOperator(attentionOperator, inputs, attributes).outputs[0]
}
