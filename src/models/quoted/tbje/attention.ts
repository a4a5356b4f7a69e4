/** The layers of TBJE's blocks: attention within and between modalities, and glimpses. */
import {
  add,
  matmul,
  relu,
  softmax,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../../graph/index.js'
import { multiHeadAttention } from '../../../nn/attention/multi-head-attention.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { unbiasedLayerNorm } from '../../../nn/layers/norm.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import type { Stream } from './streams.js'

export interface LayerSizes {
  readonly width: number
  readonly heads: number
  readonly feedForward: number
  readonly dropout: number
}

/** The results of one layer on a stream, and its attention weights. */
export interface Attended {
  /** [batch, positions, width] */
  readonly steps: Tensor
  /** [batch, heads, positions, positions] */
  readonly own: Tensor
  /** [batch, heads, positions, positions of the guide], of a guided stream. */
  readonly guided?: Tensor
}

/** A stream whose mask may be absent. */
export type Unmasked = Pick<Stream, 'steps'> & Partial<Stream>

/** Linear, ReLU, dropout, linear: the feed-forward networks, and the scores of glimpses. */
function network(
  scope: Scope,
  { width, feedForward, dropout: probability }: LayerSizes,
  units: number,
): Layer {
  const first = linear(scope.child('first'), { inputs: width, units: feedForward })
  const second = linear(scope.child('second'), { inputs: feedForward, units })
  const drop = dropout(scope, probability)
  return (input) => second(drop(relu(first(input))))
}

/**
 * A stream attends to itself (SA) and then, with a guide, to the guide (SGA); a feed-forward
 * network follows. Each of these is added to its input and normalised (`unbiasedLayerNorm`).
 */
export function attentionLayer(
  scope: Scope,
  sizes: LayerSizes,
  withGuide: boolean,
): (stream: Unmasked, guide: Unmasked) => Attended {
  const { width, heads, dropout: probability } = sizes
  const names = withGuide ? ['own', 'guided'] : ['own']
  const sublayers = names.map((name) => ({
    attend: multiHeadAttention(scope.child(name), {
      ...{ width, heads, dropout: probability },
      separate: true,
    }),
    norm: unbiasedLayerNorm(scope.child(`${name}_norm`), { width }),
  }))
  const forward = network(scope.child('network'), sizes, width)
  const lastNorm = unbiasedLayerNorm(scope.child('network_norm'), { width })
  const drop = dropout(scope, probability)
  return (stream, guide) => {
    let steps = stream.steps
    const weights: Tensor[] = []
    for (const [place, { attend, norm }] of sublayers.entries()) {
      const { steps: key, mask } = place === 0 ? { ...stream, steps } : guide
      const attended = attend({
        ...{ query: steps, key },
        ...(mask && { mask: unsqueeze(transpose(mask), 1) }),
      })
      steps = norm(add(steps, drop(attended.outputs)))
      weights.push(attended.weights)
    }
    const [own = steps, guided] = weights
    return {
      steps: lastNorm(add(steps, drop(forward(steps)))),
      ...{ own, ...(guided && { guided }) },
    }
  }
}

export interface Glimpsed {
  /** One weighted sum of the steps for each glimpse, [batch, glimpses, width]. */
  readonly sums: Tensor
  /** [batch, glimpses, positions], rows adding up to 1. */
  readonly weights: Tensor
}

/**
 * Glimpses of a sequence: for each glimpse, a network scores every step, and a softmax over the
 * steps gives its weights.
 */
export function glimpses(
  scope: Scope,
  sizes: LayerSizes,
  count: number,
): (stream: Unmasked) => Glimpsed {
  const score = network(scope, sizes, count)
  return ({ steps, mask }) => {
    const scores = score(steps)
    const weights = softmax(transpose(mask ? add(scores, mask) : scores))
    return { sums: matmul(weights, steps), weights }
  }
}
