/** EmoEmbs: the vectors of emotion words are the classes (Dai et al., 2020). */
import { LimbicError } from '../../base/errors.js'
import { elementAt } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { affine, multiply, reduceSum, stack, type Tensor } from '../../graph/index.js'
import { constant, zeros } from '../../nn/initialise.js'
import { linear } from '../../nn/layers/linear.js'
import { recurrent } from '../../nn/recurrent/recurrent.js'
import type { Scope } from '../../nn/scope.js'
import { lastOf } from '../blocks/encoders/last-of.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { publishedName } from './published.js'
import { type EmoembsSettings, emoembsSettings } from './settings.js'

/** The path of the parameter that holds the words' vectors, [outputs, width]. */
const wordVectors = 'words.weight'

/** A modality's scores: [batch, time, inputs] to [batch, outputs]. */
function scores(scope: Scope, modality: Modality, inputs: number, settings: EmoembsSettings) {
  const { vectorWidth, layers, dropout, readout, padding } = settings
  const hidden = modality === 'text' ? vectorWidth : settings[`${modality}Hidden`]
  const layer = recurrent(scope.child('encoders').child(modality), {
    ...{ inputs, hidden, layers, dropout },
    bidirectional: true,
    merge: 'sum',
  })
  const map =
    modality === 'text'
      ? (words: Tensor) => words
      : linear(scope.child('maps').child(modality), { inputs: vectorWidth, units: hidden })
  return (words: Tensor, sequence: Tensor, lengths: Tensor): Tensor =>
    affine(lastOf(layer, sequence, lengths, { readout, padding }), map(words))
}

/**
 * The frozen vectors of the classes' words are the classes. For each modality a bidirectional
 * LSTM, directions summed, is read at its last step; its score of a class is the dot product with
 * the class's vector, which for audio and vision first passes through the modality's linear layer. The
 * scores are mixed by one learned weight per modality; weights start equal and add up to 1.
 * Heads: `head.<modality>`, each modality's own scores.
 */
export const emoembs = defineModel<EmoembsSettings>({
  name: 'emoembs',
  title: 'word vectors of the emotions represent the classes',
  source: 'Modality-Transferable Emotion Embeddings (2020), a baseline of MESM (2021)',
  aligned: false,
  settings: emoembsSettings,
  requires: ({ modalities }) => inOrder(modalities),
  wordVectors: ({ vectorWidth, words }) => ({
    ...{ parameter: wordVectors, width: vectorWidth },
    ...(words && { words }),
  }),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { vectorWidth, words: named } = settings
    if (named && named.length !== outputs) {
      throw new LimbicError('each output needs exactly one word', {
        where: 'emoembs, words',
        expected: `${outputs} words`,
        got: `${named.length}: ${named.join(', ')}`,
      })
    }
    const chosen = inOrder(settings.modalities)
    // Zeros until the word vectors are loaded, so that a missing load is obvious.
    const words = scope.parameter(wordVectors, [outputs, vectorWidth], zeros, false)
    const parts = chosen.map((modality) => ({
      modality,
      score: scores(scope, modality, widthOf(widths, modality, 'emoembs'), settings),
    }))
    const count = chosen.length
    const weight =
      count > 1
        ? scope.child('fusion').parameter('weight', [count], constant(1 / count))
        : undefined
    return (inputs) => {
      const all = parts.map(({ modality, score }) => {
        const { sequence, lengths } = sequenceOf(inputs, modality, 'emoembs')
        return [`head.${modality}`, score(words, sequence, lengths)] as const
      })
      const scored = all.map(([, own]) => own)
      if (!weight) return { prediction: elementAt(scored, 0, 'score'), maps: {} }
      return {
        prediction: reduceSum(multiply(stack(scored, 2), weight), 2),
        heads: Object.fromEntries(all),
        maps: {},
      }
    }
  },
})
