/** Multi-head attention, as in PyTorch. */
import { LimbicError } from '../../base/errors.js'
import { elementAt } from '../../base/lookup.js'
import { mapTuple } from '../../base/tuples.js'
import {
  affine,
  attention,
  averageAttention,
  cast,
  type Dimension,
  divide,
  expand,
  maximum,
  reshape,
  sizeOf,
  split,
  squeeze,
  type Tensor,
  unsqueeze,
  withinLengths,
} from '../../graph/index.js'
import { byInputs, xavierUniform, zeros } from '../initialise.js'
import { linear } from '../layers/linear.js'
import type { Layer, Scope } from '../scope.js'
import { type Attended, attentionWeights, paddingMask } from './attention.js'
import { joinHeads, splitHeads, weightDropout } from './heads.js'

export interface MultiHeadAttentionSettings {
  /** Width of queries and outputs; all heads together. */
  readonly width: number
  readonly heads: number
  /** Width of keys, if different. */
  readonly keyWidth?: number
  /** Width of values, if different. */
  readonly valueWidth?: number
  readonly bias?: boolean
  /**
   * Whether the projections are four linear layers, `query`, `key`, `value` and `output`, named and
   * initialised as `linear` does, instead of stacked matrices.
   */
  readonly separate?: boolean
  /** Dropout on the attention weights. */
  readonly dropout?: number
}

export interface AttentionInputs {
  /** [batch, queries, width] */
  readonly query: Tensor
  /** [batch, keys, width of keys]; default: the query */
  readonly key?: Tensor
  /** [batch, keys, width of values]; default: the key */
  readonly value?: Tensor
  /** int64 [batch]: later keys are padding, which is not attended to */
  readonly lengths?: Tensor
  /** Added to the scores; broadcasts to [batch, heads, queries, keys]. */
  readonly mask?: Tensor
}

/** Outputs are [batch, queries, width], weights [batch, heads, queries, keys], before dropout. */
export interface MultiHeadAttended extends Attended {
  /**
   * The mean of the outputs over the queries, [batch, width], computed more cheaply than from the
   * outputs.
   *
   * @param lengths int64 [batch]: later queries do not count
   */
  average(lengths?: Tensor): Tensor
}

export type MultiHeadAttention = (inputs: AttentionInputs) => MultiHeadAttended

/**
 * Multi-head attention with the semantics, names and layout of PyTorch's `MultiheadAttention`
 * (Vaswani et al., 2017, section 3.2.2), as self- or cross-attention.
 *
 * Parameters: `in_proj_weight` [3 x width, width], the rows of query, key and value stacked, or, if
 * keys or values have another width, `q_proj_weight`, `k_proj_weight` and `v_proj_weight`
 * [width, width of each]; `in_proj_bias` [3 x width]; `out_proj.weight` [width, width] and
 * `out_proj.bias`. Input weights are initialised with Glorot's uniform distribution over the whole
 * matrix, biases with 0. With `separate`, four linear layers (`linear`) take their place.
 *
 * @throws LimbicError unless the width is a multiple of the heads
 */
export function multiHeadAttention(
  scope: Scope,
  settings: MultiHeadAttentionSettings,
): MultiHeadAttention {
  const { width, heads } = settings
  if (width % heads !== 0) {
    throw new LimbicError('the width must be divisible by the number of heads', {
      where: `multi-head attention ${scope.path}`,
      expected: `a multiple of ${heads}`,
      got: `width ${width}`,
      hint: 'Choose another number of heads, or another width',
    })
  }
  const headWidth = width / heads
  const project = inputProjections(scope, settings)
  const { dropout: probability = 0 } = settings
  const scale = 1 / Math.sqrt(headWidth)
  const output = outputProjection(scope, settings)

  return ({ query, key = query, value = key, lengths, mask }) => {
    const [queries, keys, values] = project(query, key, value)
    const perHead = {
      query: splitHeads(queries, heads),
      key: splitHeads(keys, heads),
      value: splitHeads(values, heads),
    }
    const masks = [
      ...(lengths ? [unsqueeze(paddingMask(key, lengths), 1)] : []),
      ...(mask ? [mask] : []),
    ]
    const scores = [query.size(0), heads, query.size(1), key.size(1)] as const
    const operands = {
      ...perHead,
      scale,
      masks: masks.map((each) => fitMask(each, scores)),
      drop: weightDropout(scope, scores, probability),
    }
    const finish = (found: Tensor) => output(joinHeads(found))
    return {
      outputs: finish(attention(operands)),
      weights: attentionWeights(perHead.query, perHead.key, { scale, masks }),
      average: (counted) =>
        squeeze(finish(averageAttention(operands, sharesOf(query, heads, counted))), 1),
    }
  }
}

/**
 * The weight of each query in an average over those within the lengths: [batch, heads, 1, queries].
 */
function sharesOf(query: Tensor, heads: number, lengths: Tensor | undefined): Tensor {
  const [batch, queries] = query.axes('batch', 'queries', 'width')
  const counts = cast(
    lengths ? unsqueeze(maximum(lengths, 1), 1) : sizeOf(query, 1),
    query.dataType,
  )
  const one = lengths ? cast(withinLengths(query, lengths), query.dataType) : 1
  const shares = divide(one, counts)
  return expand(reshape(shares, [lengths ? batch : 1, 1, 1, lengths ? queries : 1]), [
    batch,
    heads,
    1,
    queries,
  ])
}

/**
 * A mask as the attention operator takes it: shared by all samples, or expanded over the batch, and
 * over the heads if it is small.
 */
function fitMask(
  mask: Tensor,
  [batch, heads, queries, keys]: readonly [Dimension, Dimension, Dimension, Dimension],
): Tensor {
  if (mask.rank <= 2) return expand(mask, [queries, keys])
  if (mask.size(-2) === 1) return expand(mask, [batch, heads, 1, keys])
  return expand(mask, [batch, mask.size(-3), queries, keys])
}

function outputProjection(
  scope: Scope,
  { width, bias = true, separate = false }: MultiHeadAttentionSettings,
): Layer {
  if (separate) return linear(scope.child('output'), { inputs: width, units: width, bias })
  const place = scope.child('out_proj')
  const weight = place.parameter('weight', [width, width], byInputs)
  const offset = bias ? place.parameter('bias', [width], zeros) : undefined
  return (input) => affine(input, weight, offset)
}

type Projections = (query: Tensor, key: Tensor, value: Tensor) => readonly [Tensor, Tensor, Tensor]

/**
 * One product each, even for the same input: splitting a joint result would cost more than it
 * saves.
 */
function inputProjections(scope: Scope, settings: MultiHeadAttentionSettings): Projections {
  const { width, keyWidth = width, valueWidth = width, bias = true } = settings
  if (settings.separate) {
    const layer = (name: string, inputs: number) =>
      linear(scope.child(name), { inputs, units: width, bias })
    const layers = [layer('query', width), layer('key', keyWidth), layer('value', valueWidth)]
    return (...inputs) =>
      mapTuple(inputs, (input, third) => elementAt(layers, third, 'projection')(input))
  }
  const thirds = [width, width, width]
  const declare = (name: string, inputs: number) =>
    scope.parameter(`${name}_proj_weight`, [width, inputs], xavierUniform())
  const weights =
    keyWidth === width && valueWidth === width
      ? split(scope.parameter('in_proj_weight', [3 * width, width], xavierUniform()), thirds, 0)
      : [declare('q', width), declare('k', keyWidth), declare('v', valueWidth)]
  const biases = bias ? split(scope.parameter('in_proj_bias', [3 * width], zeros), thirds, 0) : []
  return (...inputs) =>
    mapTuple(inputs, (input, third) =>
      affine(input, elementAt(weights, third, 'projection'), biases[third]),
    )
}
