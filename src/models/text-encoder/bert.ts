/** BERT's layers. */
import type { BertConfig } from './config.js'
import { type Block, encoderLayer, type Place } from './parts.js'

/** The layers of BERT (Devlin et al., 2019, section 3), one after another, each with its own parameters. */
export function bertLayers(place: Place, config: BertConfig): Block {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    bertLayer(place.at(`layer.${layer}`)),
  )
  return (input, lengths) => layers.reduce((steps, layer) => layer(steps, lengths), input)
}

function bertLayer(place: Place): Block {
  const own = place.at('attention')
  const drop = place.dropout()
  return encoderLayer(
    {
      query: own.at('self.query'),
      key: own.at('self.key'),
      value: own.at('self.value'),
      output: own.at('output.dense'),
      normAttention: own.at('output.LayerNorm'),
      widen: place.at('intermediate.dense'),
      narrow: place.at('output.dense'),
      norm: place.at('output.LayerNorm'),
    },
    { dropAttention: drop, dropOutput: drop },
  )
}
