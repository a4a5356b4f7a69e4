/** Scaled dot-product attention and padding masks. */
import {
  add,
  cast,
  matmul,
  multiply,
  multiplyDimensions,
  reshape,
  softmax,
  subtract,
  type Tensor,
  transpose,
  unsqueeze,
  withinLengths,
} from '../../graph/index.js'
import type { Layer } from '../scope.js'

export interface Attended {
  /** [..., queries, width] */
  readonly outputs: Tensor
  /** How much each query attends to each key, rows adding up to 1: [..., queries, keys]. */
  readonly weights: Tensor
}

/**
 * Scaled dot-product attention, `softmax(Q K^T * scale + mask) V`.
 *
 * @param query [..., queries, width]
 * @param key [..., keys, width]
 * @param value [..., keys, width of the outputs]
 * @param scale usually 1 / sqrt(width)
 * @param mask added to the scores; broadcasts to [..., queries, keys]
 * @param drop dropout on the weights; the returned weights are those before it
 * @throws LimbicError if an operand has another shape
 */
export function dotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { scale, mask, drop = (weights) => weights }: { scale: number; mask?: Tensor; drop?: Layer },
): Attended {
  const weights = attentionWeights(query, key, { scale, masks: mask ? [mask] : [] })
  return { outputs: matmul(drop(weights), value), weights }
}

/**
 * `softmax(Q K^T * scale + masks)`: how much each query attends to each key.
 *
 * @param query [..., queries, width]
 * @param key [..., keys, width]
 * @param masks added to the scores; broadcast to [..., queries, keys]
 * @returns [..., queries, keys], rows adding up to 1
 * @throws LimbicError if an operand has another shape
 */
export function attentionWeights(
  query: Tensor,
  key: Tensor,
  { scale, masks }: { scale: number; masks: readonly Tensor[] },
): Tensor {
  const scores = matmul(multiply(asMatrices(query), scale), transpose(asMatrices(key)))
  const shaped = reshape(scores, [...query.shape.slice(0, -1), key.size(-2)])
  return softmax(masks.reduce((total, mask) => add(total, mask), shaped))
}

/**
 * Flattens everything before the last two axes. This keeps ONNX Runtime from merging the transpose
 * that splits the heads with that of the keys, which is free within a product, into a slow one.
 */
function asMatrices(input: Tensor): Tensor {
  const matrices = multiplyDimensions(input.shape.slice(0, -2))
  return reshape(input, [matrices, input.size(-2), input.size(-1)])
}

/** The score of a hidden key relative to the others: as in the published code of MMLatch. */
export const hiddenScore = -1e5

/**
 * An additive mask that hides padded keys: 0 at valid steps, `hiddenScore` after them: [batch, 1,
 * time].
 *
 * @param keys [batch, time, width]
 * @param lengths int64 [batch]
 */
export function paddingMask(keys: Tensor, lengths: Tensor): Tensor {
  const valid = cast(withinLengths(keys, lengths), keys.dataType)
  return unsqueeze(multiply(subtract(1, valid), hiddenScore), 1)
}
