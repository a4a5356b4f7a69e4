/** Self-attention against cross-attention (Rajan, Brutti, Cavallaro, 2022). */
import { LimbicError } from '../../base/errors.js'
import { linear } from '../../nn/layers/linear.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { encoder } from './encoder.js'
import { attentionFusion, sideBySide } from './fusion.js'
import { publishedName } from './published.js'
import { type SelfCrossSettings, selfCrossSettings } from './settings.js'

/**
 * Encoders, attention of each modality to itself or to each other one, statistical pooling, and
 * two linear layers with nothing between them (document section 2, equations 1 to 7). With both
 * kinds of attention (section 3, Cross+Self) they share the encoders, and what is made of each
 * stands side by side before the classifier.
 *
 * A convolution over time mixes a sample's steps: what comes of it has no padding, so that audio
 * and vision lose their lengths there. It takes padded steps for zeros, which is what they are.
 *
 * Maps: `attention.<modality>` or `attention.<query>_to_<key>`, [batch, heads, queries, keys].
 */
export const selfcross = defineModel<SelfCrossSettings>({
  name: 'selfcross',
  title: 'self-attention or cross-attention, averaged, with statistical pooling',
  source:
    'Is Cross-Attention Preferable to Self-Attention for Multi-Modal Emotion Recognition? (2022)',
  aligned: false,
  settings: selfCrossSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    if (chosen.length === 1 && settings.attention !== 'self') {
      throw new LimbicError('cross-attention needs at least two modalities', {
        where: 'selfcross, attention',
        expected: 'attention self, or more modalities',
        got: `${settings.attention}, with ${chosen.join()}`,
      })
    }
    const encoders = chosen.map((modality) => {
      const place = scope.child('encoders').child(modality)
      const encode = encoder(place, modality, widthOf(widths, modality, 'selfcross'), settings)
      return { modality, encode }
    })
    const kinds =
      settings.attention === 'both' ? (['self', 'cross'] as const) : ([settings.attention] as const)
    const fusions = kinds.map((kind) =>
      attentionFusion(scope.child('attention'), kind, chosen, settings),
    )
    const classifier = scope.child('classifier')
    const first = linear(classifier.child('hidden'), {
      inputs: fusions.reduce((total, { width }) => total + width, 0),
      units: settings.hidden,
    })
    const second = linear(classifier.child('output'), { inputs: settings.hidden, units: outputs })
    return (given) => {
      const encoded = new Map(
        encoders.map(({ modality, encode }) => {
          const { sequence, lengths } = sequenceOf(given, modality, 'selfcross')
          return [modality, encode(sequence, lengths)]
        }),
      )
      const attended = fusions.map(({ apply }) => apply(encoded))
      return {
        prediction: second(first(sideBySide(attended.flatMap(({ vectors }) => vectors)))),
        maps: Object.assign({}, ...attended.map(({ maps }) => maps)),
      }
    }
  },
})
