/** Cross-modal attention of the words over the positions of maps: equations 1 to 3 of the MESM document. */
import {
  add,
  gather,
  multiplyDimensions,
  reshape,
  slice,
  softmax,
  squeeze,
  type Tensor,
  tanh,
  unsqueeze,
  where,
} from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import type { Scope } from '../../nn/scope.js'
import { type ActivePositions, spread } from '../../nn/sparse/positions.js'

export interface AttentionSizes {
  /** Channels of the maps. */
  readonly channels: number
  /** Width of the query. */
  readonly query: number
  /** Width to which both are projected: k. */
  readonly hidden: number
}

/** The score of a position that is not a candidate. */
const hidden = -1e9

export interface CrossModalAttention {
  /**
   * Weights of all positions of maps.
   *
   * @param rows [maps * positions, channels]
   * @param query [maps, width of the query]
   * @param size the number of positions of a map
   * @returns [maps, positions], adding up to 1
   */
  dense(rows: Tensor, query: Tensor, size: number): Tensor
  /**
   * Weights of the active positions, 0 elsewhere.
   *
   * @param rows [active, channels]
   * @returns [maps, positions], adding up to 1
   */
  sparse(rows: Tensor, query: Tensor, active: ActivePositions): Tensor
}

/**
 * The attention of a query over positions: `softmax over a map's positions of w . tanh(W_m x + b_m + W_q q) + b`.
 * Parameters: `maps.weight` [hidden, channels] and `maps.bias`, `query.weight` [hidden, query], `score.weight`
 * [1, hidden] and `score.bias` [1].
 */
export function crossModalAttention(
  scope: Scope,
  { channels, query: width, hidden: units }: AttentionSizes,
): CrossModalAttention {
  const read = linear(scope.child('maps'), { inputs: channels, units })
  const ask = linear(scope.child('query'), { inputs: width, units, bias: false })
  const score = linear(scope.child('score'), { inputs: units, units: 1 })
  return {
    dense(rows, query, size) {
      const seen = reshape(read(rows), [query.size(0), size, units])
      return softmax(squeeze(score(tanh(add(seen, unsqueeze(ask(query), 1)))), 2), 1)
    },
    sparse(rows, query, active) {
      const map = squeeze(slice(active.places, 1, 0, 1), 1)
      const scores = score(tanh(add(read(rows), gather(ask(query), map))))
      const [maps, height, columns] = active.mask.axes('maps', 'rows', 'columns')
      const shape = [maps, multiplyDimensions([height, columns])]
      const all = reshape(spread(scores, active), shape)
      return softmax(where(reshape(active.mask, shape), all, hidden), 1)
    },
  }
}
