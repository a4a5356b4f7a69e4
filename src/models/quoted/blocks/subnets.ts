/** The subnets of TFN and LMF: one vector per utterance for each modality. */
import type { z } from 'zod'
import { lookUp } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { pad, relu, type Tensor } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { batchNorm } from '../../../nn/layers/norm.js'
import { meanOverSteps } from '../../../nn/layers/pooling.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { lastOf } from '../../blocks/encoders/last-of.js'
import { sequenceOf, widthOf } from '../../define/inputs.js'
import type { ModelInputs, PublishedName, Widths } from '../../define/model.js'
import { count, padding, probability, someModalities } from '../../define/settings.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

/** The sizes and the dropout of the published code. */
export type SubnetDefaults = Readonly<
  Record<'audioHidden' | 'visionHidden' | 'textHidden' | 'textWidth' | 'dropout', number>
>

/** The settings of a model with these subnets. */
export function subnetSettings(defaults: SubnetDefaults) {
  const { audioHidden, visionHidden, textHidden, textWidth, dropout: probably } = defaults
  return {
    modalities: someModalities.describe('the modalities to fuse'),
    audioHidden: count.default(audioHidden).describe('width of the audio vector and its layers'),
    visionHidden: count.default(visionHidden).describe('width of the vision vector and its layers'),
    textHidden: count.default(textHidden).describe('hidden size of the text LSTM'),
    textWidth: count.default(textWidth).describe('width of the text vector'),
    audioDropout: probability.default(probably).describe('dropout on the mean audio features'),
    visionDropout: probability.default(probably).describe('dropout on the mean vision features'),
    textDropout: probability.default(probably).describe('dropout on the last state of the text'),
    padding: padding.describe(
      'hidden: the text LSTM ends at the last word, so a prediction does not depend on the batch; seen: it runs over the padding, as in the published code. The means of audio and vision leave the padding out in either case',
    ),
  }
}

export type SubnetSettings = z.infer<z.ZodObject<ReturnType<typeof subnetSettings>>>

/** The order in which the published code fuses the vectors. */
const order: readonly Modality[] = ['audio', 'vision', 'text']

/** The vectors of all modalities, [batch, width] each, in the order of the fusion. */
export interface Subnets {
  readonly widths: ReadonlyMap<Modality, number>
  apply(given: ModelInputs): ReadonlyMap<Modality, Tensor>
}

/**
 * Declares the subnets. Audio and vision: the mean over true steps, batch normalisation, dropout,
 * and three linear layers with ReLU (`norm`, `linear_1` to `linear_3`). Text: the last state of an
 * LSTM, dropout and a linear layer (`rnn`, `linear_1`).
 *
 * @param model for messages
 * @throws LimbicError if the data lack a modality
 */
export function subnets(
  scope: Scope,
  widths: Widths,
  settings: SubnetSettings,
  model: string,
): Subnets {
  const chosen = order.filter((modality) => settings.modalities.includes(modality))
  const layers = new Map(
    chosen.map((modality) => {
      const place = scope.child('subnets').child(modality)
      const inputs = widthOf(widths, modality, model)
      return [
        modality,
        modality === 'text'
          ? textSubnet(place, inputs, settings)
          : averageSubnet(place, modality, inputs, settings),
      ]
    }),
  )
  const widthFor = (modality: Modality) =>
    modality === 'text' ? settings.textWidth : settings[`${modality}Hidden`]
  return {
    widths: new Map(chosen.map((modality) => [modality, widthFor(modality)])),
    apply: (given) =>
      new Map(
        chosen.map((modality) => {
          const { sequence, lengths } = sequenceOf(given, modality, model)
          return [modality, lookUp(layers, modality, 'subnet')(sequence, lengths)]
        }),
      ),
  }
}

type Subnet = (sequence: Tensor, lengths: Tensor) => Tensor

function averageSubnet(
  scope: Scope,
  modality: Exclude<Modality, 'text'>,
  inputs: number,
  settings: SubnetSettings,
): Subnet {
  const units = settings[`${modality}Hidden`]
  const norm = batchNorm(scope.child('norm'), { channels: inputs })
  const drop = dropout(scope, settings[`${modality}Dropout`])
  const layers: Layer[] = [inputs, units, units].map((width, level) =>
    linear(scope.child(`linear_${level + 1}`), { inputs: width, units }),
  )
  return (sequence, lengths) =>
    layers.reduce(
      (vector, layer) => relu(layer(vector)),
      drop(norm(meanOverSteps(sequence, lengths))),
    )
}

function textSubnet(
  scope: Scope,
  inputs: number,
  { textHidden, textWidth, textDropout, padding: how }: SubnetSettings,
): Subnet {
  const layer = recurrent(scope.child('rnn'), { inputs, hidden: textHidden })
  const drop = dropout(scope, textDropout)
  const project = linear(scope.child('linear_1'), { inputs: textHidden, units: textWidth })
  return (sequence, lengths) =>
    project(drop(lastOf(layer, sequence, lengths, { readout: 'states', padding: how })))
}

/** A vector with a 1 before it: [batch, width] to [batch, width + 1]. */
export function withOne(vector: Tensor): Tensor {
  return pad(vector, [0, 1], [0, 0], 1)
}

/** Each modality's vector as the map `vector.<modality>`, [batch, width]. */
export function vectorMaps(vectors: ReadonlyMap<Modality, Tensor>): Record<string, Tensor> {
  return Object.fromEntries([...vectors].map(([modality, own]) => [`vector.${modality}`, own]))
}

const rules: readonly RenamingRule[] = [
  [/^subnets\.vision\./, () => 'video_subnet.'],
  [/^subnets\.(\w+)\./, (modality = '') => `${modality}_subnet.`],
]

/** A parameter's name in the published code of TFN and LMF. */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'lstm')
}
