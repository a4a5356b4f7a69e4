/** MCSAN: cross- and self-attention of audio and text in parallel (Sun et al., 2021). */
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { add, concat, relu, type Tensor } from '../../../graph/index.js'
import { transformerLayer } from '../../../nn/attention/transformer.js'
import { linear } from '../../../nn/layers/linear.js'
import { maxOverSteps } from '../../../nn/layers/pooling.js'
import { sinusoidalPositions } from '../../../nn/layers/positions.js'
import type { Scope } from '../../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import type { MeasuredSequence } from '../../define/sequence.js'
import { averagedLstm, frameEncoder } from './encoders.js'
import { publishedName } from './published.js'
import { type McsanSettings, mcsanSettings } from './settings.js'

/** The order in which results are concatenated for the classifier. */
const order: readonly Modality[] = ['audio', 'vision', 'text']

/**
 * Audio passes two convolutions with max-pooling and a bidirectional LSTM, text such an LSTM alone.
 * Three modules of attention layers then work side by side: audio and text attend to each other,
 * audio to itself, and text to itself. The maxima over time of their four results are concatenated
 * and classified by two layers.
 *
 * Its authors published no code. What the paper leaves open is kept as simple as possible:
 * convolutions keep the length and have no activation, the last pooling window may be shorter,
 * positions are sinusoidal. Vision may replace either modality and has the encoder of audio.
 *
 * Maps, of the last layers: `attention.audio_to_text`, `attention.text_to_audio`,
 * `attention.audio`, `attention.text` [batch, heads, queries, keys], where the steps of audio are
 * those after pooling; `pooled` [batch, 4 x width], cross audio, cross text, self audio, self text.
 */
export const mcsan = defineModel<McsanSettings>({
  name: 'mcsan',
  title: 'cross-attention of audio and text, and self-attention of both, in parallel',
  source:
    'Multimodal Cross- and Self-Attention Network for Speech Emotion Recognition (2021), quoted by SelfCross',
  aligned: false,
  settings: mcsanSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { width } = settings
    const pair = order.filter((modality) => settings.modalities.includes(modality))
    const encoders = pair.map((modality) => {
      const place = scope.child('encoders').child(modality)
      const inputs = widthOf(widths, modality, 'mcsan')
      return modality === 'text'
        ? averagedLstm(place.child('lstm'), inputs, width)
        : frameEncoder(place, inputs, settings)
    })
    const cross = attentionModule(scope.child('cross'), pair, settings)
    const alone = pair.map((modality) => attentionModule(scope.child('self'), [modality], settings))
    const place = scope.child('classifier')
    const units = settings.classifierWidth
    const hidden = linear(place.child('hidden'), { inputs: 4 * width, units })
    const last = linear(place.child('output'), { inputs: units, units: outputs })
    return (given) => {
      const encoded = pair.map((modality, place) => {
        const { sequence, lengths } = sequenceOf(given, modality, 'mcsan')
        return elementAt(encoders, place, 'encoder')({ steps: sequence, lengths })
      })
      const crossed = cross(encoded)
      const own = encoded.map((steps, place) => elementAt(alone, place, 'module')([steps]))
      const pooled = concat(
        [crossed, ...own].flatMap(({ vectors }) => vectors),
        1,
      )
      const [first = '', second = ''] = pair
      return {
        prediction: last(relu(hidden(pooled))),
        maps: {
          [`attention.${first}_to_${second}`]: elementAt(crossed.weights, 0, 'attention'),
          [`attention.${second}_to_${first}`]: elementAt(crossed.weights, 1, 'attention'),
          ...Object.fromEntries(
            own.map(({ weights }, place) => [
              `attention.${pair[place]}`,
              elementAt(weights, 0, 'attention'),
            ]),
          ),
          pooled,
        },
      }
    }
  },
})

/**
 * Stacked layers for one sequence, which attends to itself, or for two, which attend to each other
 * as they were before the layer. Positions are added first.
 *
 * @returns the maxima over time, [batch, width] each, and the last layer's weights
 */
function attentionModule(scope: Scope, names: readonly string[], settings: McsanSettings) {
  const { width, heads, feedForward, layers, dropout } = settings
  const stack = Array.from({ length: layers }, (_, level) =>
    names.map((name) =>
      transformerLayer(scope.child(name).child(String(level)), {
        ...{ width, heads, feedForward, dropout },
      }),
    ),
  )
  return (sequences: readonly MeasuredSequence[]) => {
    let states = sequences.map(({ steps, lengths }) => ({
      steps: add(steps, sinusoidalPositions(steps)),
      lengths,
    }))
    let weights: readonly Tensor[] = []
    for (const level of stack) {
      const results = level.map((layer, place) => {
        const own = elementAt(states, place, 'sequence')
        // The other of two; of one, itself.
        const other = elementAt(states, states.length - 1 - place, 'sequence')
        return layer({ input: own.steps, memory: other.steps, lengths: other.lengths })
      })
      weights = results.map((result) => elementAt(result.weights, -1, 'layer'))
      states = states.map(({ lengths }, place) => ({
        steps: elementAt(results, place, 'sequence').outputs,
        lengths,
      }))
    }
    return { vectors: states.map(({ steps, lengths }) => maxOverSteps(steps, lengths)), weights }
  }
}
