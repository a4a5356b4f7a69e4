/** BERT's layers. */
import { add, type Tensor } from '../../graph/index.js'
import { activations } from './activations.js'
import type { BertConfig } from './config.js'
import { type Place, selfAttention } from './parts.js'

type Block = (input: Tensor, lengths: Tensor) => Tensor

/** The layers of BERT (Devlin et al., 2019, section 3), one after another, each with its own parameters. */
export function bertLayers(place: Place, config: BertConfig): Block {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    bertLayer(place.at(`layer.${layer}`), config),
  )
  return (input, lengths) => layers.reduce((steps, layer) => layer(steps, lengths), input)
}

function bertLayer(place: Place, config: BertConfig): Block {
  const { hidden_size: width, intermediate_size } = config
  const own = place.at('attention')
  const attend = selfAttention({
    query: own.at('self.query'),
    key: own.at('self.key'),
    value: own.at('self.value'),
    output: own.at('output.dense'),
  })
  const drop = place.dropout()
  const normAttention = own.at('output.LayerNorm').norm(width)
  const first = place.at('intermediate.dense').linear(width, intermediate_size)
  const second = place.at('output.dense').linear(intermediate_size, width)
  const norm = place.at('output.LayerNorm').norm(width)
  const activate = activations[config.hidden_act]
  return (input, lengths) => {
    const attended = normAttention(add(input, drop(attend(input, lengths))))
    return norm(add(attended, drop(second(activate(first(attended))))))
  }
}
