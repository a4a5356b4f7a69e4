/** ALBERT: narrow embeddings, and layers that share their parameters. */
import type { AlbertConfig } from './config.js'
import { type Block, encoderLayer, type Place } from './parts.js'

/**
 * The layers of ALBERT (Lan et al., 2020, section 3.1): a linear layer from the width of the
 * embeddings to the hidden one, then `num_hidden_layers` applications of the groups' layers.
 * Dropout is applied to the attention's output alone, as in the published code.
 */
export function albertLayers(place: Place, config: AlbertConfig): Block {
  const { embedding_size, hidden_size, num_hidden_layers, num_hidden_groups } = config
  const widen = place.at('embedding_hidden_mapping_in').linear(embedding_size, hidden_size)
  const groups = Array.from({ length: num_hidden_groups }, (_, group) =>
    Array.from({ length: config.inner_group_num }, (_, layer) =>
      albertLayer(place.at(`albert_layer_groups.${group}.albert_layers.${layer}`)),
    ),
  )
  const each = num_hidden_layers / num_hidden_groups
  return (input, lengths) =>
    groups
      .flatMap((layers) => Array.from({ length: each }, () => layers).flat())
      .reduce((steps, layer) => layer(steps, lengths), widen(input))
}

function albertLayer(place: Place): Block {
  const own = place.at('attention')
  return encoderLayer(
    {
      query: own.at('query'),
      key: own.at('key'),
      value: own.at('value'),
      output: own.at('dense'),
      normAttention: own.at('LayerNorm'),
      widen: place.at('ffn'),
      narrow: place.at('ffn_output'),
      norm: place.at('full_layer_layer_norm'),
    },
    { dropAttention: own.dropout() },
  )
}
