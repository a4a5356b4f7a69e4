/** Gated fusion: each modality is summed up by attention over its steps; a gate weighs modalities. */
import {
  add,
  concat,
  matmul,
  multiply,
  sigmoid,
  softmax,
  squeeze,
  tanh,
  transpose,
} from 'limbic/graph'
import { defineModel, z } from 'limbic/models'
import { dropout, linear, paddingMask, recurrent } from 'limbic/nn'

export default defineModel({
  name: 'gated-fusion',
  title: 'attention over steps, a gate over modalities',
  source: 'an example of the documentation',
  aligned: false,
  settings: z.strictObject({
    modalities: z
      .array(z.enum(['text', 'audio', 'vision']))
      .min(1)
      .default(['text', 'audio', 'vision'])
      .describe('what it reads'),
    hidden: z.int().positive().default(32).describe('units of each encoder and direction'),
    dropout: z.number().min(0).max(0.9).default(0.2).describe('on what the encoders give'),
  }),
  requires: ({ modalities }) => modalities,

  build(scope, widths, outputs, { modalities, hidden, dropout: probability }) {
    // Declare every layer once: its parameters live under the scope's path.
    const width = 2 * hidden
    const readers = modalities.map((modality) => {
      const place = scope.child(modality)
      return {
        modality,
        encoder: recurrent(place.child('encoder'), {
          inputs: widths[modality],
          hidden,
          bidirectional: true,
        }),
        drop: dropout(place, probability),
        score: linear(place.child('score'), { inputs: width, units: 1 }),
        gate: linear(place.child('gate'), { inputs: width * modalities.length, units: width }),
      }
    })
    const head = linear(scope.child('head'), { inputs: width, units: outputs })

    // Apply them: features are [batch, time, width], lengths int64 [batch].
    return ({ features, lengths }) => {
      const maps = {}
      const summaries = readers.map(({ modality, encoder, drop, score }) => {
        const { outputs: steps } = encoder(features[modality], lengths[modality])
        const scores = add(transpose(score(steps)), paddingMask(steps, lengths[modality]))
        const weights = softmax(scores) // [batch, 1, time], padding hidden
        maps[`attention.${modality}`] = weights
        return tanh(squeeze(matmul(weights, drop(steps)), 1)) // [batch, width]
      })
      const all = concat(summaries, 1)
      const weighed = readers.map(({ gate }, index) =>
        multiply(sigmoid(gate(all)), summaries[index]),
      )
      const fused = weighed.reduce((total, part) => add(total, part))
      return { prediction: head(fused), maps }
    }
  },
})
