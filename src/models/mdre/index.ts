/** Multimodal dual recurrent encoder (Yoon, Byun, Jung, 2018). */
import { z } from 'zod'
import { lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { concat, type Tensor, tanh } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import {
  hiddenOf,
  prosodyBeside,
  prosodyInput,
  startWithin,
  stateEncoderSettings,
  stateEncoders,
} from '../blocks/encoders/state-encoder.js'
import { inOrder } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { someModalities } from '../define/settings.js'

const mdreSettings = z.strictObject({
  modalities: someModalities.describe('the modalities to read: three, two or one'),
  ...stateEncoderSettings,
})

type MdreSettings = z.infer<typeof mdreSettings>

const readsProsody = ({ prosody, modalities: chosen }: MdreSettings) =>
  prosody && chosen.includes('audio')

/**
 * One GRU per modality; the last state of each, [batch, hidden] (audio's with the prosody beside
 * it), passes a linear layer of half its width and a tanh; side by side they pass a linear layer
 * to the outputs. It has no maps, since it has no attention.
 */
export const mdre = defineModel<MdreSettings>({
  name: 'mdre',
  title: 'one recurrent encoder per modality, last states concatenated',
  source: 'Multimodal Speech Emotion Recognition Using Audio and Text (2018)',
  aligned: false,
  settings: mdreSettings,
  requires: (settings) => [
    ...inOrder(settings.modalities),
    ...(readsProsody(settings) ? [prosodyInput] : []),
  ],
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const encode = stateEncoders(scope.child('encoders'), chosen, widths, settings, 'mdre')
    const prosody = prosodyBeside(readsProsody(settings), widths, 'mdre')
    const readings = chosen.map((modality) => {
      const inputs = hiddenOf(settings, modality) + (modality === 'audio' ? prosody.width : 0)
      const width = Math.ceil(inputs / 2)
      const place = scope.child('readings').child(modality)
      const apply = linear(place, { inputs, units: width, initialise: startWithin })
      return { modality, width, apply }
    })
    const head = linear(scope.child('head'), {
      inputs: readings.reduce((total, { width }) => total + width, 0),
      units: outputs,
      initialise: startWithin,
    })
    return (given) => {
      const encoded = encode(given)
      const stateOf = (modality: Modality): Tensor => {
        const { last } = lookUp(encoded, modality, 'encoding')
        return modality === 'audio' ? prosody.beside([last], given) : last
      }
      const read = readings.map(({ modality, apply }) => tanh(apply(stateOf(modality))))
      return { prediction: head(concat(read, 1)), maps: {} }
    }
  },
})
