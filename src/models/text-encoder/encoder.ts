/** A text encoder as a part of a graph: ALBERT or BERT, by its configuration. */
import { slice, squeeze, type Tensor, tanh } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import { albertLayers } from './albert.js'
import { bertLayers } from './bert.js'
import type { TextEncoderConfig } from './config.js'
import { type EncoderWeights, embeddings, Place } from './parts.js'

export interface EncodedTokens {
  /** The last hidden state, [batch, time, hidden]; at padded steps it means nothing. */
  readonly hidden: Tensor
  /** `tanh` of a linear layer of the first token's state, [batch, hidden], where there is a pooler. */
  readonly pooled?: Tensor
}

export interface TokenInputs {
  /** int64 [batch, time], each below `vocab_size`; at most `max_position_embeddings` steps */
  readonly ids: Tensor
  /** int64 [batch]: tokens from there on are padding, which no other token attends to */
  readonly lengths: Tensor
  /** int64 [batch, time]: which of two texts a token is of; all 0 unless given */
  readonly types?: Tensor
}

/**
 * ALBERT or BERT. Its parameters have the names of the published checkpoints (without `albert.` or
 * `bert.`) below the scope, and start from `weights` where given, so that it learns on from there
 * as part of a larger model. Dropout is that of the configuration, while training.
 *
 * @param weights from `textEncoderWeights`; random first values unless given
 * @param pooler whether to declare the pooler, and to give `pooled`
 */
export function textEncoder(
  scope: Scope,
  config: TextEncoderConfig,
  { weights, pooler = false }: { weights?: EncoderWeights; pooler?: boolean } = {},
): (inputs: TokenInputs) => EncodedTokens {
  const place = new Place(scope, config, weights)
  const { hidden_size: width } = config
  const isAlbert = config.model_type === 'albert'
  const embed = embeddings(place.at('embeddings'), isAlbert ? config.embedding_size : width)
  const encoder = place.at('encoder')
  const layers = isAlbert ? albertLayers(encoder, config) : bertLayers(encoder, config)
  const pool = pooler
    ? place.at(isAlbert ? 'pooler' : 'pooler.dense').linear(width, width)
    : undefined
  return ({ ids, lengths, types }) => {
    const hidden = layers(embed(ids, types), lengths)
    if (!pool) return { hidden }
    return { hidden, pooled: tanh(pool(squeeze(slice(hidden, 1, 0, 1), 1))) }
  }
}
