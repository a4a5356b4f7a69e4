/** Transformer layers, as in PyTorch. */
import { add, gelu, relu, type Tensor } from '../../graph/index.js'
import { dropout } from '../layers/dropout.js'
import { linear } from '../layers/linear.js'
import { layerNorm } from '../layers/norm.js'
import type { Scope } from '../scope.js'
import { type MultiHeadAttention, multiHeadAttention } from './multi-head-attention.js'

export interface TransformerSettings {
  readonly width: number
  readonly heads: number
  /** Width of the inner layer of the position-wise network. */
  readonly feedForward: number
  readonly activation?: 'relu' | 'gelu'
  /** Where to normalise: the input of each sublayer, or (the default) its sum with the residual. */
  readonly order?: 'pre-norm' | 'post-norm'
  /**
   * The residual that a pre-norm sublayer adds: its input unchanged (the default), or normalised,
   * as in equations 7 and 8 of MulT.
   */
  readonly residual?: 'plain' | 'normalised'
  /** On the output of each sublayer, before the residual is added. */
  readonly dropout?: number
  /** On the attention weights; default: `dropout`. */
  readonly attentionDropout?: number
  /** On the inner layer's activations; default: `dropout`. */
  readonly activationDropout?: number
  readonly epsilon?: number
}

export interface TransformerInputs {
  /** [batch, time, width] */
  readonly input: Tensor
  /** [batch, keys, width]: what the input attends to; default: itself */
  readonly memory?: Tensor
  /** int64 [batch]: later steps of what is attended to are padding */
  readonly lengths?: Tensor
  /** Added to the scores; broadcasts to [batch, heads, time, keys]. */
  readonly mask?: Tensor
}

export interface Transformed {
  /** [batch, time, width] */
  readonly outputs: Tensor
  /** Attention of each layer, in order: [batch, heads, time, keys] each. */
  readonly weights: readonly Tensor[]
}

export type TransformerLayer = (inputs: TransformerInputs) => Transformed

/**
 * One encoder layer (Vaswani et al., 2017, section 3.1): attention and a position-wise network,
 * each with a residual and layer normalisation. Names and numbers as in PyTorch's
 * `TransformerEncoderLayer`: `self_attn` (see `multiHeadAttention`), `linear1`, `linear2`, `norm1`,
 * `norm2`. With a memory it attends to that instead of itself; in pre-norm order the memory is
 * normalised by the same `norm1`, as in MulT.
 */
export function transformerLayer(scope: Scope, settings: TransformerSettings): TransformerLayer {
  const { width, heads, feedForward, activation = 'relu', order = 'post-norm' } = settings
  const { dropout: probability = 0 } = settings
  const { attentionDropout = probability, activationDropout = probability } = settings
  const normSettings = {
    width,
    ...(settings.epsilon !== undefined && { epsilon: settings.epsilon }),
  }
  const attend: MultiHeadAttention = multiHeadAttention(scope.child('self_attn'), {
    width,
    heads,
    dropout: attentionDropout,
  })
  const expandWidth = linear(scope.child('linear1'), { inputs: width, units: feedForward })
  const reduceWidth = linear(scope.child('linear2'), { inputs: feedForward, units: width })
  const firstNorm = layerNorm(scope.child('norm1'), normSettings)
  const secondNorm = layerNorm(scope.child('norm2'), normSettings)
  const drop = dropout(scope, probability)
  const dropInner = dropout(scope, activationDropout)
  const activate = activation === 'relu' ? relu : gelu
  const perceive = (steps: Tensor) => drop(reduceWidth(dropInner(activate(expandWidth(steps)))))

  return ({ input, memory, ...hidden }) => {
    const pre = order === 'pre-norm'
    const query = pre ? firstNorm(input) : input
    const key = memory && pre ? firstNorm(memory) : (memory ?? query)
    const attended = attend({ query, key, ...hidden })
    const weights = [attended.weights]
    const normalised = pre && settings.residual === 'normalised'
    const first = add(normalised ? query : input, drop(attended.outputs))
    if (pre) {
      const steps = secondNorm(first)
      return { outputs: add(normalised ? steps : first, perceive(steps)), weights }
    }
    const middle = firstNorm(first)
    return { outputs: secondNorm(add(middle, perceive(middle))), weights }
  }
}

export interface TransformerStackSettings extends TransformerSettings {
  readonly layers: number
  /** Normalises the output of the last layer; usual with pre-norm layers. */
  readonly finalNorm?: boolean
}

/**
 * Stacked encoder layers, `layers.0`, `layers.1`, ..., and `norm` with `finalNorm`, as in PyTorch's
 * `TransformerEncoder`. All layers attend to the same memory, if there is one.
 */
export function transformer(scope: Scope, settings: TransformerStackSettings): TransformerLayer {
  const { layers, finalNorm = false, width, epsilon } = settings
  const stack = Array.from({ length: layers }, (_, level) =>
    transformerLayer(scope.child('layers').child(String(level)), settings),
  )
  const norm = finalNorm
    ? layerNorm(scope.child('norm'), { width, ...(epsilon !== undefined && { epsilon }) })
    : undefined
  return ({ input, ...rest }) => {
    let outputs = input
    const weights: Tensor[] = []
    for (const layer of stack) {
      const result = layer({ input: outputs, ...rest })
      outputs = result.outputs
      weights.push(...result.weights)
    }
    return { outputs: norm ? norm(outputs) : outputs, weights }
  }
}
