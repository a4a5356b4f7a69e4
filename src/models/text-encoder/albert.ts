/** ALBERT: narrow embeddings, and layers that share their parameters. */
import { add, type Tensor } from '../../graph/index.js'
import { activations } from './activations.js'
import type { AlbertConfig } from './config.js'
import { type Place, selfAttention } from './parts.js'

type Block = (input: Tensor, lengths: Tensor) => Tensor

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
      albertLayer(place.at(`albert_layer_groups.${group}.albert_layers.${layer}`), config),
    ),
  )
  const each = num_hidden_layers / num_hidden_groups
  return (input, lengths) =>
    groups
      .flatMap((layers) => Array.from({ length: each }, () => layers).flat())
      .reduce((steps, layer) => layer(steps, lengths), widen(input))
}

function albertLayer(place: Place, config: AlbertConfig): Block {
  const { hidden_size: width, intermediate_size } = config
  const own = place.at('attention')
  const attend = selfAttention({
    query: own.at('query'),
    key: own.at('key'),
    value: own.at('value'),
    output: own.at('dense'),
  })
  const drop = own.dropout()
  const normAttention = own.at('LayerNorm').norm(width)
  const first = place.at('ffn').linear(width, intermediate_size)
  const second = place.at('ffn_output').linear(intermediate_size, width)
  const norm = place.at('full_layer_layer_norm').norm(width)
  const activate = activations[config.hidden_act]
  return (input, lengths) => {
    const attended = normAttention(add(input, drop(attend(input, lengths))))
    return norm(add(second(activate(first(attended))), attended))
  }
}
