/** RAVEN: voice and face shift the meaning of each word while it is spoken. */
import type { Modality } from '../../../base/modalities.js'
import { expand, minimum, type Tensor, unsqueeze } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import {
  type InputRequest,
  inOrder,
  type ModelInputs,
  sequenceOf,
  widthOf,
} from '../../define/inputs.js'
import { defineModel, type Widths } from '../../define/model.js'
import { frameEncoders, type WordFrames } from './frames.js'
import { publishedName } from './published.js'
import { type RavenSettings, ravenSettings } from './settings.js'
import { shifts } from './shift.js'

/**
 * Each word's vector is shifted by an encoding of voice and face during the word (see
 * `frameEncoders` and `shifts`); an LSTM reads the shifted words, and its last state predicts.
 *
 * Inputs, all with one step per word: `text`; with `nonverbal: 'frames'`, `audioFrames`
 * [batch, words, frames, width] and `audioFrameCounts`, int64 [batch, words], the true number of
 * frames of each word, and the same for vision; with `nonverbal: 'words'`, `audio` and `vision`
 * [batch, words, width].
 *
 * Maps: `steps.text.<modality>_gate` [batch, words]; `steps.text.shift` [batch, words], the length
 * of the scaled shift relative to the word's; `shift` [batch, words, width], the shift before
 * scaling.
 */
export const raven = defineModel<RavenSettings>({
  name: 'raven',
  title: 'voice and face shift each word while it is spoken; an LSTM reads the shifted words',
  source:
    'Words Can Shift: Dynamically Adjusting Word Representations Using Nonverbal Behaviors (2019)',
  aligned: true,
  settings: ravenSettings,
  requires: (settings) => [
    'text',
    ...shifting(settings).flatMap((modality): InputRequest[] =>
      settings.nonverbal === 'words'
        ? [modality]
        : [
            { name: `${modality}Frames`, shape: [settings.frames, 'any'] },
            { name: `${modality}FrameCounts`, dataType: 'int64', shape: [] },
          ],
    ),
  ],
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = shifting(settings)
    const width = widthOf(widths, 'text', 'raven')
    const sizes = new Map(
      chosen.map((modality) => [modality, frameWidth(modality, widths, settings)] as const),
    )
    const encode = frameEncoders(scope.child('frames'), sizes, settings)
    const shift = chosen.length > 0 ? shifts(scope, chosen, width, settings) : undefined
    const drop = dropout(scope, settings.wordDropout)
    const read = recurrent(scope.child('words'), { inputs: width, hidden: settings.hidden })
    const classify = linear(scope.child('output'), { inputs: settings.hidden, units: outputs })
    return (given) => {
      const { sequence: words, lengths } = sequenceOf(given, 'text', 'raven')
      const states = encode(chosen.map((modality) => framesOf(given, modality, settings)))
      const shifted = shift?.(words, states)
      const gates = chosen.map((modality, place): [string, Tensor][] => {
        const gate = shifted?.gates[place]
        return gate ? [[`steps.text.${modality}_gate`, gate]] : []
      })
      return {
        prediction: classify(read(drop(shifted?.words ?? words), lengths).last),
        maps: {
          ...Object.fromEntries(gates.flat()),
          ...(shifted && { 'steps.text.shift': shifted.share, shift: shifted.shift }),
        },
      }
    }
  },
})

/** The modalities that shift the words. */
function shifting({ modalities }: RavenSettings): readonly Modality[] {
  return inOrder(modalities).filter((modality) => modality !== 'text')
}

function frameWidth(modality: Modality, widths: Widths, settings: RavenSettings): number {
  return settings.nonverbal === 'words'
    ? widthOf(widths, modality, 'raven')
    : widthOf(widths, `${modality}Frames`, 'raven') / settings.frames
}

/** The frames of each word; a vector per word counts as one frame. */
function framesOf(given: ModelInputs, modality: Modality, settings: RavenSettings): WordFrames {
  if (settings.nonverbal === 'words') {
    const { sequence } = sequenceOf(given, modality, 'raven')
    const counts = expand(sequence.graph.scalar(1, 'int64'), sequence.shape.slice(0, 2))
    return { frames: unsqueeze(sequence, 2), counts }
  }
  const { sequence: frames } = sequenceOf(given, `${modality}Frames`, 'raven')
  const { sequence: counts } = sequenceOf(given, `${modality}FrameCounts`, 'raven')
  return { frames, counts: minimum(counts, settings.frames) }
}
