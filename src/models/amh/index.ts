/** Attentive modality hopping (Yoon, Dey, Lee, Jung, 2020). */
import { z } from 'zod'
import { elementAt, lookUp } from '../../base/lookup.js'
import { type Modality, modalities } from '../../base/modalities.js'
import { concat, type Tensor } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import {
  hiddenOf,
  prosodyBeside,
  prosodyInput,
  startWithin,
  stateEncoderSettings,
  stateEncoders,
} from '../blocks/encoders/state-encoder.js'
import { hop } from '../blocks/fusions/hop.js'
import { defineModel } from '../define/model.js'
import { count } from '../define/settings.js'

const amhSettings = z.strictObject({
  hops: count
    .default(7)
    .describe(
      'number of hops in which two states attend to the third modality; each hop updates its state',
    ),
  ...stateEncoderSettings,
})

type AmhSettings = z.infer<typeof amhSettings>

/** The query and key modalities of each hop, in order. */
const rounds: readonly {
  readonly asking: readonly [Modality, Modality]
  readonly asked: Modality
}[] = [
  { asking: ['audio', 'text'], asked: 'vision' },
  { asking: ['text', 'vision'], asked: 'audio' },
  { asking: ['audio', 'vision'], asked: 'text' },
]

/**
 * The last states a, t, v of the encoders, and in each hop one of them anew: the other two, side by
 * side and projected, attend to the outputs of its encoder. The order is vision, audio, text,
 * repeated. Finally a, t, v and the prosody, if used, pass through a linear layer.
 *
 * Maps: `attention.<one>_<other>_to_<third>.hop<n>`, [batch, 1, keys].
 */
export const amh = defineModel<AmhSettings>({
  name: 'amh',
  title: 'two modalities attend to the third, hop by hop',
  source: 'Attentive Modality Hopping Mechanism for Speech Emotion Recognition (2020)',
  aligned: false,
  settings: amhSettings,
  requires: ({ prosody }) => [...modalities, ...(prosody ? [prosodyInput] : [])],
  build(scope, widths, outputs, settings) {
    const encode = stateEncoders(scope.child('encoders'), modalities, widths, settings, 'amh')
    const total = (chosen: readonly Modality[]) =>
      chosen.reduce((sum, modality) => sum + hiddenOf(settings, modality), 0)
    const hops = Array.from({ length: settings.hops }, (_, index) => {
      const round = elementAt(rounds, index % rounds.length, 'round')
      const name = `hop${index + 1}`
      const project = linear(scope.child('queries').child(name), {
        inputs: total(round.asking),
        units: hiddenOf(settings, round.asked),
        initialise: startWithin,
      })
      return { ...round, name, project }
    })
    const prosody = prosodyBeside(settings.prosody, widths, 'amh')
    const head = linear(scope.child('head'), {
      inputs: total(modalities) + prosody.width,
      units: outputs,
      initialise: startWithin,
    })
    return (given) => {
      const encoded = encode(given)
      const states = new Map([...encoded].map(([modality, { last }]) => [modality, last]))
      const at = (modality: Modality) => lookUp(states, modality, 'state')
      const maps: Record<string, Tensor> = {}
      for (const { asking, asked, name, project } of hops) {
        const [one, other] = asking
        const query = project(concat([at(one), at(other)], 1))
        const { state, weights } = hop(query, lookUp(encoded, asked, 'encoding'))
        states.set(asked, state)
        maps[`attention.${one}_${other}_to_${asked}.${name}`] = weights
      }
      const all = [at('audio'), at('text'), at('vision')]
      return { prediction: head(prosody.beside(all, given)), maps }
    }
  },
})
