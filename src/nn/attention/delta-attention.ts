/** Delta self-attention: attention within a window, by the differences between steps. */
import {
  add,
  addDimensions,
  affine,
  and,
  cast,
  equal,
  greaterOrEqual,
  lessOrEqual,
  matmul,
  multiply,
  multiplyDimensions,
  or,
  pad,
  positions,
  reshape,
  reverse,
  subtract,
  subtractDimensions,
  type Tensor,
  transpose,
  unsqueeze,
  withinLengths,
} from '../../graph/index.js'
import { byInputs } from '../initialise.js'
import { dropout } from '../layers/dropout.js'
import { linear } from '../layers/linear.js'
import type { Scope } from '../scope.js'
import { type Attended, attentionWeights, hiddenScore } from './attention.js'
import { joinHeads, splitHeads } from './heads.js'

/** Which steps j a step i attends to: j <= i, j >= i, or either. */
export type DeltaDirection = 'past' | 'future' | 'both'

export interface DeltaAttentionSettings {
  /** Width of the input, and of each head's values (d_ch). */
  readonly inputs: number
  /** Width of the outputs (d_o). */
  readonly units: number
  readonly heads: number
  /** Width of each head's queries and keys (d_k). */
  readonly keyWidth: number
  /** How many steps away a step still attends to: delta. */
  readonly window: number
  readonly direction: DeltaDirection
  /** Whether the differences between steps enter the scores; without, it is plain attention in a window. */
  readonly relative: boolean
  /** Dropout on the attention weights. */
  readonly dropout?: number
}

/**
 * Multi-head delta self-attention (Hierachical Delta-Attention, section 4.1, equations 10 to 12):
 * each head gives `softmax((Q K^T + RPE) / sqrt(d_k)) V`; the heads, side by side, pass a linear
 * layer. A step attends to steps at most `window` away.
 *
 * The document writes RPE(i, j) = (x_j - x_i) . W with W in R^(d_ch x T). Read here as
 * `RPE(i, j) = (x_j - x_i) . W[:, j - i]`: a learned column for each offset, which is what a matrix
 * of that shape allows when only j >= i are paired; the window bounds the offsets, so that W has a
 * column for each of those that its direction allows. All heads share it.
 *
 * Parameters: `query`, `key` (heads * keyWidth units), `value` (heads * inputs units) and `output`,
 * linear each, and `relative` [offsets, inputs], from the earliest offset to the latest.
 *
 * @returns from [batch, time, inputs] and lengths (int64 [batch]): outputs [batch, time, units] and
 * weights [batch, heads, time, time] before dropout; outputs at padded steps mean nothing
 */
export function deltaAttention(
  scope: Scope,
  settings: DeltaAttentionSettings,
): (input: Tensor, lengths: Tensor) => Attended {
  const { inputs, units, heads, keyWidth } = settings
  const layer = (name: string, width: number) =>
    linear(scope.child(name), { inputs, units: heads * width })
  const [query, key] = [layer('query', keyWidth), layer('key', keyWidth)]
  const value = layer('value', inputs)
  const output = linear(scope.child('output'), { inputs: heads * inputs, units })
  const span = offsetsOf(settings)
  const columns = settings.relative
    ? scope.parameter('relative', [span.last - span.first + 1, inputs], byInputs)
    : undefined
  const drop = dropout(scope, settings.dropout ?? 0)
  const scale = 1 / Math.sqrt(keyWidth)

  return (input, lengths) => {
    const hidden = hiddenKeys(input, lengths, span)
    const bias = columns
      ? add(multiply(relativeScores(input, columns, span), scale), hidden)
      : hidden
    const weights = attentionWeights(
      splitHeads(query(input), heads),
      splitHeads(key(input), heads),
      { scale, masks: [unsqueeze(bias, 1)] },
    )
    const attended = matmul(drop(weights), splitHeads(value(input), heads))
    return { outputs: output(joinHeads(attended)), weights }
  }
}

/** The offsets j - i that a step attends to, from the first to the last. */
interface Span {
  readonly first: number
  readonly last: number
}

function offsetsOf({ window, direction }: DeltaAttentionSettings): Span {
  return {
    first: direction === 'future' ? 0 : -window,
    last: direction === 'past' ? 0 : window,
  }
}

/**
 * Hides keys outside the window, and padding but from itself, so that each row has a key:
 * [batch, time, time].
 */
function hiddenKeys(input: Tensor, lengths: Tensor, { first, last }: Span): Tensor {
  const steps = positions(input, 1)
  const offsets = subtract(unsqueeze(steps, 0), unsqueeze(steps, 1))
  const inside = and(greaterOrEqual(offsets, first), lessOrEqual(offsets, last))
  const valid = unsqueeze(withinLengths(input, lengths), 1)
  const seen = and(inside, or(valid, equal(offsets, 0)))
  return multiply(subtract(1, cast(seen, input.dataType)), hiddenScore)
}

/**
 * RPE(i, j) = (x_j - x_i) . W[:, j - i], 0 outside the window: [batch, time, time].
 *
 * With P = X W it is P[j, j - i] - P[i, j - i]; the former, as a matrix of j and i, lies along
 * diagonals as the latter does, with the offsets the other way round.
 */
function relativeScores(input: Tensor, columns: Tensor, span: Span): Tensor {
  const products = affine(input, columns)
  const own = alongDiagonals(products, span)
  const others = alongDiagonals(reverse(products, 2), { first: -span.last, last: -span.first })
  return subtract(transpose(others), own)
}

/**
 * Puts element o of row i at column i + first + o: [batch, time, offsets] to [batch, time, time],
 * zeros elsewhere. Rows that are one element longer than those they are read as again move each row
 * one column further than the row above.
 */
function alongDiagonals(rows: Tensor, { first }: Span): Tensor {
  const [batch, time, offsets] = rows.axes('batch', 'time', 'offsets')
  const longer = pad(rows, [0, 0, 0], [0, 0, time])
  const wide = addDimensions(addDimensions(offsets, time), -1)
  const flat = reshape(longer, [batch, multiplyDimensions([time, addDimensions(wide, 1)])])
  const skewed = reshape(pad(flat, [0, 0], [0, subtractDimensions(0, time)]), [batch, time, wide])
  const after = subtractDimensions(addDimensions(time, -first), wide)
  return pad(skewed, [0, 0, first], [0, 0, after])
}
