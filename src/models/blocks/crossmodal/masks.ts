/** MulT's attention masks. */
import {
  add,
  cast,
  greater,
  maximum,
  multiply,
  positions,
  sizeOf,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../../graph/index.js'
import { hiddenScore } from '../../../nn/attention/attention.js'
import type { Sequence } from '../../define/sequence.js'

/**
 * The published code's mask, added to scores: it hides key j from query i where j > i + |difference
 * of the two lengths|. There the lengths are those of the padded batch; here, each sample's own
 * lengths are used where they are known, so that no sample depends on its batch.
 *
 * @returns [queries, keys]; with the lengths of two different sequences, [batch, 1, queries, keys]
 */
export function futureMask(query: Sequence, key: Sequence): Tensor {
  const rows = unsqueeze(positions(query.steps, 1), 1)
  const columns = unsqueeze(positions(key.steps, 1), 0)
  const hide = (seen: Tensor) =>
    multiply(cast(greater(columns, seen), query.steps.dataType), hiddenScore)
  if (query.steps === key.steps) return hide(rows)
  if (!query.lengths || !key.lengths) {
    return hide(add(rows, apart(sizeOf(query.steps, 1), sizeOf(key.steps, 1))))
  }
  return hide(add(rows, unsqueeze(apart(query.lengths, key.lengths), [1, 2, 3])))
}

function apart(one: Tensor, other: Tensor): Tensor {
  return maximum(subtract(one, other), subtract(other, one))
}
