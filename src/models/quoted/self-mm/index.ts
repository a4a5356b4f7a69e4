/** Self-MM: unimodal labels that the model makes for itself (Yu et al., 2021). */
import { lookUp } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { concat, minimum, relu, squeeze, type Tensor } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { meanOverSteps } from '../../../nn/layers/pooling.js'
import { lastStep } from '../../../nn/layers/steps.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import { inOrder, sequenceOf, type TrainingInputs, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { type Head, movingLabels } from './labels.js'
import { publishedName } from './published.js'
import { type SelfMmSettings, selfMmSettings } from './settings.js'

/**
 * One vector per modality. A head of two layers and an output reads all of them together and
 * predicts; further heads read each modality alone. In training, each of these has labels of its
 * own, which move with its features: see `movingLabels`.
 *
 * Heads: each modality alone. Objectives: `alone.<modality>`, the loss of its head on its label.
 * Maps: `features.<modality>` and `features.fusion` [batch, width], the features that move the
 * labels.
 */
export const selfMm = defineModel<SelfMmSettings>({
  name: 'self-mm',
  title: 'each modality alone learns labels that the model makes for it',
  source:
    'Learning Modality-Specific Representations with Self-Supervised Multi-Task Learning for Multimodal Sentiment Analysis (2021)',
  aligned: false,
  settings: selfMmSettings,
  remembers: true,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const encoders = chosen.map((modality) => {
      const inputs = widthOf(widths, modality, 'self-mm')
      const place = scope.child('encoders').child(modality)
      return { modality, ...encoder(place, modality, inputs, settings) }
    })
    const heads = scope.child('heads')
    const total = encoders.reduce((sum, { width }) => sum + width, 0)
    const fuse = head(heads.child('fusion'), total, settings.fusionFeatures, outputs, settings)
    const alone = new Map(
      encoders.map(({ modality, width }) => {
        const units = settings[`${modality}Features`]
        return [modality, head(heads.child(modality), width, units, outputs, settings)]
      }),
    )
    return (given) => {
      const vectors = encoders.map(({ modality, encode }) => {
        const { sequence, lengths } = sequenceOf(given, modality, 'self-mm')
        return [modality, encode(sequence, lengths)] as const
      })
      const parts = new Map<Head, Part>([
        [
          'fusion',
          fuse(
            concat(
              vectors.map(([, vector]) => vector),
              1,
            ),
          ),
        ],
        ...vectors.map(
          ([modality, vector]) => [modality, lookUp(alone, modality, 'head')(vector)] as const,
        ),
      ])
      const own = chosen.map((name) => [name, lookUp(parts, name, 'head').prediction] as const)
      const maps = [...parts].map(([name, { features }]) => [`features.${name}`, features] as const)
      const { training } = given
      return {
        prediction: lookUp(parts, 'fusion', 'head').prediction,
        heads: Object.fromEntries(own),
        maps: Object.fromEntries(maps),
        ...(training && { objectives: objectivesOf(scope, parts, chosen, training, settings) }),
      }
    }
  },
})

/** A head's results: [batch, width] and [batch, outputs]. */
interface Part {
  readonly features: Tensor
  readonly prediction: Tensor
}

/** A layer with ReLU makes the features; another one and a linear layer predict from them. */
function head(
  scope: Scope,
  inputs: number,
  units: number,
  outputs: number,
  { dropout: probability }: SelfMmSettings,
): (vector: Tensor) => Part {
  const drop = dropout(scope, probability)
  const first = linear(scope.child('layer_1'), { inputs, units })
  const second = linear(scope.child('layer_2'), { inputs: units, units })
  const third = linear(scope.child('layer_3'), { inputs: units, units: outputs })
  return (vector) => {
    const features = relu(first(drop(vector)))
    return { features, prediction: third(relu(second(features))) }
  }
}

interface Encoder {
  readonly width: number
  encode(sequence: Tensor, lengths: Tensor): Tensor
}

/** How the steps of the text become one vector: [batch, time, width] to [batch, width]. */
const readouts = {
  mean: meanOverSteps,
  first: (sequence: Tensor, lengths: Tensor) => lastStep(sequence, minimum(lengths, 1)),
  last: lastStep,
}

/**
 * Text: its features at one step or their mean. Others: the last state of an LSTM, and a
 * linear layer.
 */
function encoder(
  scope: Scope,
  modality: Modality,
  inputs: number,
  settings: SelfMmSettings,
): Encoder {
  if (modality === 'text') {
    return { width: inputs, encode: readouts[settings.textReadout] }
  }
  const [hidden, width] = [settings[`${modality}Hidden`], settings[`${modality}Width`]]
  const layer = recurrent(scope.child('rnn'), { inputs, hidden })
  const project = linear(scope.child('linear_1'), { inputs: hidden, units: width })
  return { width, encode: (sequence, lengths) => project(layer(sequence, lengths).last) }
}

function objectivesOf(
  scope: Scope,
  parts: ReadonlyMap<Head, Part>,
  chosen: readonly Modality[],
  training: TrainingInputs,
  { unimodalLabels, largestLabel }: SelfMmSettings,
): Record<string, Tensor> {
  const { scores } = training
  const losses =
    unimodalLabels === 'generated' && scores
      ? movingLabels(
          scope.child('memory'),
          new Map(
            [...parts].map(([name, { features, prediction }]) => [
              name,
              { features, score: squeeze(prediction, 1) },
            ]),
          ),
          scores,
          training,
          largestLabel,
        )
      : new Map(chosen.map((name) => [name, training.loss(lookUp(parts, name, 'head').prediction)]))
  return Object.fromEntries([...losses].map(([name, loss]) => [`alone.${name}`, loss]))
}
