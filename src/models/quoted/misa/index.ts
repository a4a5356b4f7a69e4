/** MISA: shared and private representations of each modality (Hazarika et al., 2020). */
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { add, relu, reshape, sigmoid, stack, type Tensor } from '../../../graph/index.js'
import { transformer } from '../../../nn/attention/transformer.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { layerNorm } from '../../../nn/layers/norm.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { objectives, type Parts } from './objectives.js'
import { publishedName } from './published.js'
import { type MisaSettings, misaSettings } from './settings.js'
import { utteranceEncoder } from './utterance.js'

/** The order of the representations in the published code. */
const order: readonly Modality[] = ['text', 'vision', 'audio']

/**
 * Each modality's utterance vector is projected to a common width, and encoded as a private part,
 * by a layer of its own, and as a shared part, by one layer for all modalities. A transformer layer
 * lets all parts attend to each other; two linear layers predict from them. Objectives keep the
 * parts apart, make the shared parts similar, and reconstruct the utterance vector from the sum of
 * its two parts.
 *
 * Maps: `private.<modality>` and `shared.<modality>` [batch, width]; `attention.fused`
 * [batch, heads, parts, parts], private parts before shared ones, each in the order text, vision,
 * audio.
 */
export const misa = defineModel<MisaSettings>({
  name: 'misa',
  title: 'shared and private representations of each modality',
  source:
    'MISA: Modality-Invariant and -Specific Representations for Multimodal Sentiment Analysis (2020)',
  aligned: false,
  settings: misaSettings,
  requires: ({ modalities, vocabulary }) =>
    inOrder(modalities).map((name) =>
      name === 'text' && vocabulary !== undefined ? { name, dataType: 'int64', shape: [] } : name,
    ),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { width } = settings
    const chosen = order.filter((modality) => settings.modalities.includes(modality))
    const place = (part: string, modality: Modality) => scope.child(part).child(modality)
    const common = linear(scope.child('shared'), { inputs: width, units: width })
    const encoders = chosen.map((modality) => {
      const inputs = widthOf(widths, modality, 'misa')
      const encoder = utteranceEncoder(place('encoders', modality), modality, inputs, settings)
      const project = projection(place('projections', modality), encoder.width, width)
      const own = linear(place('private', modality), { inputs: width, units: width })
      const reconstruct = linear(place('reconstructions', modality), {
        ...{ inputs: width, units: width },
      })
      return (sequence: Tensor, lengths: Tensor): Parts => {
        const utterance = project(encoder.apply(sequence, lengths))
        const [apart, shared] = [sigmoid(own(utterance)), sigmoid(common(utterance))]
        const reconstructed = reconstruct(add(apart, shared))
        return { modality, utterance, private: apart, shared, reconstructed }
      }
    })
    const fuse = fusion(scope.child('fusion'), 2 * chosen.length, outputs, settings)
    const judge = objectives(scope, chosen, settings)
    return (given) => {
      const parts = encoders.map((encode, index) => {
        const { sequence, lengths } = sequenceOf(given, chosen[index] ?? 'text', 'misa')
        return encode(sequence, lengths)
      })
      const all = [...parts.map((own) => own.private), ...parts.map(({ shared }) => shared)]
      const { prediction, weights } = fuse(all)
      const maps = parts.flatMap(({ modality, ...own }) => [
        [`private.${modality}`, own.private] as const,
        [`shared.${modality}`, own.shared] as const,
      ])
      return {
        prediction,
        maps: { ...Object.fromEntries(maps), 'attention.fused': weights },
        objectives: judge(parts),
      }
    }
  },
})

/** To the common width: linear, ReLU, layer normalisation. */
function projection(scope: Scope, inputs: number, units: number): Layer {
  const project = linear(scope.child('linear'), { inputs, units })
  const norm = layerNorm(scope.child('norm'), { width: units })
  return (vector) => norm(relu(project(vector)))
}

/**
 * A transformer layer over the parts as a sequence, and two linear layers over their concatenation.
 */
function fusion(scope: Scope, parts: number, outputs: number, settings: MisaSettings) {
  const { width, heads, feedForward, transformerDropout } = settings
  const attend = transformer(scope.child('transformer'), {
    ...{ width, heads, feedForward, layers: 1, dropout: transformerDropout },
  })
  const units = (width * parts) / 2
  const hidden = linear(scope.child('hidden'), { inputs: width * parts, units })
  const drop = dropout(scope, settings.dropout)
  const last = linear(scope.child('output'), { inputs: units, units: outputs })
  return (vectors: readonly Tensor[]) => {
    const { outputs: attended, weights } = attend({ input: stack(vectors, 1) })
    const side = reshape(attended, [attended.size(0), width * parts])
    return { prediction: last(relu(drop(hidden(side)))), weights: elementAt(weights, 0, 'layer') }
  }
}
