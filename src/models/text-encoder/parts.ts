/** The parts that ALBERT and BERT share: linear layers, norms, attention and whole layers with the checkpoint's values. */
import {
  add,
  affine,
  layerNorm as applyLayerNorm,
  attention,
  expand,
  gather,
  type Initialiser,
  positions,
  slice,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { paddingMask } from '../../nn/attention/attention.js'
import { joinHeads, splitHeads, weightDropout } from '../../nn/attention/heads.js'
import { given, normal, ones, zeros } from '../../nn/initialise.js'
import { dropout } from '../../nn/layers/dropout.js'
import type { Layer, Scope } from '../../nn/scope.js'
import { activations } from './activations.js'
import type { TextEncoderConfig } from './config.js'

/** Values of parameters by their names inside the encoder. */
export type EncoderWeights = ReadonlyMap<string, Float32Array>

/** Where the parts of an encoder are declared, with the values that they start from. */
export class Place {
  constructor(
    readonly scope: Scope,
    readonly config: TextEncoderConfig,
    readonly weights: EncoderWeights | undefined,
    readonly path = '',
  ) {}

  at(name: string): Place {
    return new Place(this.scope.child(name), this.config, this.weights, this.#join(name))
  }

  /** A parameter that starts from the checkpoint, or else from `initialise`. */
  parameter(name: string, shape: readonly number[], initialise: Initialiser): Tensor {
    const values = this.weights?.get(this.#join(name))
    return this.scope.parameter(name, shape, values ? given(values) : initialise)
  }

  linear(inputs: number, units: number): Layer {
    const weight = this.parameter('weight', [units, inputs], normal(this.config.initializer_range))
    const bias = this.parameter('bias', [units], zeros)
    return (input) => affine(input, weight, bias)
  }

  norm(width: number): Layer {
    const weight = this.parameter('weight', [width], ones)
    const bias = this.parameter('bias', [width], zeros)
    return (input) => applyLayerNorm(input, weight, bias, this.config.layer_norm_eps)
  }

  table(count: number, width: number): Tensor {
    return this.parameter('weight', [count, width], normal(this.config.initializer_range))
  }

  dropout(): Layer {
    return dropout(this.scope, this.config.hidden_dropout_prob)
  }

  #join(name: string): string {
    return this.path ? `${this.path}.${name}` : name
  }
}

/**
 * Tokens, their places and their types as vectors, added up and normalised (Devlin et al., 2019,
 * section 3): int64 [batch, time] to [batch, time, width]. Type 0 unless types are given.
 */
export function embeddings(place: Place, width: number): (ids: Tensor, types?: Tensor) => Tensor {
  const { vocab_size, max_position_embeddings, type_vocab_size } = place.config
  const words = place.at('word_embeddings').table(vocab_size, width)
  const places = place.at('position_embeddings').table(max_position_embeddings, width)
  const kinds = place.at('token_type_embeddings').table(type_vocab_size, width)
  const norm = place.at('LayerNorm').norm(width)
  const drop = place.dropout()
  return (ids, types) => {
    const kind = types ? gather(kinds, types) : slice(kinds, 0, 0, 1)
    const word = add(gather(words, ids), kind)
    return drop(norm(add(word, gather(places, positions(ids, 1)))))
  }
}

/** Where a checkpoint keeps the parts of one attention. */
export interface AttentionPlaces {
  readonly query: Place
  readonly key: Place
  readonly value: Place
  readonly output: Place
}

/**
 * Self-attention of several heads (Vaswani et al., 2017, section 3.2.2), hiding the keys from
 * `lengths` on: [batch, time, hidden] and int64 [batch] to the same shape.
 */
function selfAttention(places: AttentionPlaces): Block {
  const { scope, config } = places.query
  const { hidden_size: width, num_attention_heads: heads } = config
  const [query, key, value, output] = [
    places.query.linear(width, width),
    places.key.linear(width, width),
    places.value.linear(width, width),
    places.output.linear(width, width),
  ]
  const scale = 1 / Math.sqrt(width / heads)
  return (input, lengths) => {
    const [batch, time] = input.axes('batch', 'time', 'width')
    const attended = attention({
      query: splitHeads(query(input), heads),
      key: splitHeads(key(input), heads),
      value: splitHeads(value(input), heads),
      scale,
      masks: [padding(input, lengths, heads)],
      drop: weightDropout(scope, [batch, heads, time, time], config.attention_probs_dropout_prob),
    })
    return output(joinHeads(attended))
  }
}

/** Steps [batch, time, hidden] of which those from `lengths` on are padding, to the same shape. */
export type Block = (input: Tensor, lengths: Tensor) => Tensor

/** Where a checkpoint keeps the parts of one layer. */
export interface LayerPlaces extends AttentionPlaces {
  readonly normAttention: Place
  readonly widen: Place
  readonly narrow: Place
  readonly norm: Place
}

/**
 * One layer of a transformer's encoder, normalised after each of its halves (Vaswani et al., 2017, section 3.1).
 *
 * @param dropAttention dropout on the attention's output
 * @param dropOutput dropout on the output of the feed-forward half; none unless given
 */
export function encoderLayer(
  places: LayerPlaces,
  { dropAttention, dropOutput }: { dropAttention: Layer; dropOutput?: Layer },
): Block {
  const { hidden_size: width, intermediate_size, hidden_act } = places.query.config
  const attend = selfAttention(places)
  const normAttention = places.normAttention.norm(width)
  const widen = places.widen.linear(width, intermediate_size)
  const narrow = places.narrow.linear(intermediate_size, width)
  const norm = places.norm.norm(width)
  const activate = activations[hidden_act]
  return (input, lengths) => {
    const attended = normAttention(add(input, dropAttention(attend(input, lengths))))
    const output = narrow(activate(widen(attended)))
    return norm(add(dropOutput ? dropOutput(output) : output, attended))
  }
}

/** The mask of padded keys, as the attention operator takes it: [batch, heads, 1, time]. */
function padding(input: Tensor, lengths: Tensor, heads: number): Tensor {
  const mask = unsqueeze(paddingMask(input, lengths), 1)
  return expand(mask, [input.size(0), heads, 1, input.size(1)])
}
