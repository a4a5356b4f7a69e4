/** Delta self-attention: windowed attention by the differences between steps. */
import {
  add,
  affine,
  and,
  cast,
  matmul,
  multiply,
  multiplyDimensions,
  or,
  reshape,
  reverse,
  subtract,
  type Tensor,
  transpose,
  unsqueeze,
  validSteps,
} from '../../graph/index.js'
import { byInputs } from '../initialise.js'
import { dropout } from '../layers/dropout.js'
import { linear } from '../layers/linear.js'
import type { Scope } from '../scope.js'
import { type Attended, attentionWeights, hiddenScore } from './attention.js'
import { joinHeads, splitHeads } from './heads.js'
import { learnedWindow } from './learned-window.js'
import {
  alongDiagonals,
  type Blocks,
  blocksOf,
  joinBlocks,
  keyBlocks,
  queryBlocks,
  type Span,
  wholeMatrix,
} from './window-blocks.js'

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
  /** How many steps away a step attends to: delta. */
  readonly window: number
  readonly direction: DeltaDirection
  /**
   * Whether the differences between steps enter the scores; without, it is plain windowed
   * attention.
   */
  readonly relative: boolean
  /** Whether each head learns its own window, `window` at most; default: all have `window`. */
  readonly learnedWindow?: boolean
  /** Dropout on the attention weights. */
  readonly dropout?: number
}

export interface DeltaAttended extends Attended {
  /** The learned windows of the heads, in steps: [heads]. */
  readonly windows?: Tensor
}

/**
 * Multi-head delta self-attention (Hierachical Delta-Attention, section 4.1, equations 10 to 12):
 * each head computes `softmax((Q K^T + RPE) / sqrt(d_k)) V`, and a linear layer combines the heads.
 * A step attends to steps at most `window` away, computed block by block; the full matrix of
 * weights is built only if it is requested.
 *
 * The document writes RPE(i, j) = (x_j - x_i) . W with W in R^(d_ch x T). We read this as `RPE(i,
 * j) = (x_j - x_i) . W[:, j - i]`: one learned column per offset, which is what a matrix of that
 * shape allows if only j >= i are paired. The window bounds the offsets, so W has one column for
 * each offset that its direction allows. All heads share it.
 *
 * Parameters: `query`, `key` (heads * keyWidth units), `value` (heads * inputs units) and `output`,
 * linear each, `relative` [offsets, inputs], from the earliest offset to the latest, and `window`
 * [heads] where windows are learned (the document's future work: variable windows).
 *
 * @returns a function of [batch, time, inputs] and lengths (int64 [batch]) to outputs [batch, time,
 * units] and weights [batch, heads, time, time] before dropout; outputs at padded steps are
 * meaningless
 */
export function deltaAttention(
  scope: Scope,
  settings: DeltaAttentionSettings,
): (input: Tensor, lengths: Tensor) => DeltaAttended {
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
  const learned = settings.learnedWindow ? learnedWindow(scope, heads, settings.window) : undefined
  const drop = dropout(scope, settings.dropout ?? 0)
  const scale = 1 / Math.sqrt(keyWidth)

  return (input, lengths) => {
    const blocks = blocksOf(input.size(1), span)
    const queries = queryBlocks(splitHeads(query(input), heads), blocks)
    const keys = keyBlocks(splitHeads(key(input), heads), blocks)
    const values = keyBlocks(splitHeads(value(input), heads), blocks)
    const hidden = hiddenKeys(input, lengths, span, blocks)
    const bias = columns
      ? add(multiply(relativeScores(input, columns, span, blocks), scale), hidden)
      : hidden
    const masks = [unsqueeze(bias, 1)]
    if (learned) masks.push(unsqueeze(learned.mask(distances(input, blocks)), 1))
    const weights = attentionWeights(queries, keys, { scale, masks })
    const attended = matmul(drop(weights), values)
    return {
      outputs: output(joinHeads(joinBlocks(attended, blocks))),
      weights: wholeMatrix(weights, blocks),
      ...(learned && { windows: learned.windows }),
    }
  }
}

/**
 * The distance in steps of each key of a block from each of its steps: [steps of a block, keys].
 */
function distances({ graph, dataType }: Tensor, { width, before, keys }: Blocks): Tensor {
  const values = Array.from({ length: width * keys }, (_, place) =>
    Math.abs((place % keys) - before * width - Math.floor(place / keys)),
  )
  return graph.constant(values, [width, keys], dataType)
}

function offsetsOf({ window, direction }: DeltaAttentionSettings): Span {
  return {
    first: direction === 'future' ? 0 : -window,
    last: direction === 'past' ? 0 : window,
  }
}

/**
 * Hides keys outside the window, and padding except from itself, so that each row has a key:
 * [batch, count, steps of a block, keys].
 */
function hiddenKeys(input: Tensor, lengths: Tensor, { first, last }: Span, blocks: Blocks): Tensor {
  const { graph, dataType } = input
  const { width, before, keys } = blocks
  const where = (fits: (offset: number) => boolean) =>
    graph.constant(
      Array.from({ length: width * keys }, (_, place) => {
        const [step, key] = [Math.floor(place / keys), place % keys]
        return Number(fits(key - before * width - step))
      }),
      [width, keys],
      'bool',
    )
  const inside = where((offset) => offset >= first && offset <= last)
  const itself = where((offset) => offset === 0)
  const valid = cast(transpose(keyBlocks(validSteps(input, lengths), blocks)), 'bool')
  const seen = or(and(inside, valid), itself)
  return multiply(subtract(1, cast(seen, dataType)), hiddenScore)
}

/**
 * RPE(i, j) = (x_j - x_i) . W[:, j - i], 0 outside the window:
 * [batch, count, steps of a block, keys].
 *
 * With P = X W it is P[j, j - i] - P[i, j - i]. The former, as a matrix of j and i, lies along
 * diagonals like the latter, with reversed offsets.
 */
function relativeScores(
  input: Tensor,
  columns: Tensor,
  { first, last }: Span,
  blocks: Blocks,
): Tensor {
  const { count, width, before, keys } = blocks
  const products = affine(input, columns)
  const [batch] = products.axes('batch', 'time', 'offsets')
  const matrices = multiplyDimensions([batch, count])
  const [offsets, origin] = [last - first + 1, before * width]
  const own = alongDiagonals(reshape(queryBlocks(products, blocks), [matrices, width, offsets]), {
    start: first + origin,
    columns: keys,
  })
  const others = alongDiagonals(
    reshape(keyBlocks(reverse(products, 2), blocks), [matrices, keys, offsets]),
    { start: -last - origin, columns: width },
  )
  const scores = subtract(transpose(others), own)
  return reshape(scores, [batch, count, width, keys])
}
