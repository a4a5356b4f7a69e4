/** MulT: directional cross-modal attention (Tsai et al., 2019), and MMLatch's feedback around it. */
import { LimbicError } from '../../base/errors.js'
import { lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { stopGradient, type Tensor } from '../../graph/index.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import type { Layer, Scope } from '../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel, type Widths } from '../define/model.js'
import type { Sequence } from '../define/sequence.js'
import { head } from './head.js'
import { latch } from './latch.js'
import { publishedName } from './published.js'
import { type MultSettings, multSettings } from './settings.js'
import { type Stream, stream } from './streams.js'

/**
 * Each modality is projected to a common width (equation 4, a convolution of kernel 1). In each
 * stream one modality attends to each other one by a cross-modal transformer (equations 1 to 8); the
 * results are concatenated, pass through the stream's own transformer, and its last step is read.
 *
 * With one modality, its projection goes straight to its own transformer.
 *
 * With feedback (MMLatch, section 4 and Table 2) the cross-modal transformers run twice, with the
 * same weights: first on the plain inputs, then on inputs that the first run's results mask.
 *
 * Maps, of the last layers: `attention.<query>_to_<key>` and `attention.<modality>`
 * [batch, heads, queries, keys]; `mask.<modality>` [batch, time, width].
 */
export const mult = defineModel<MultSettings>({
  name: 'mult',
  title: 'cross-modal transformers from each modality to each other, with or without feedback',
  source:
    'Hierachical Delta-Attention Method for Multimodal Fusion, section 3; MMLatch (2022), Table 2',
  aligned: false,
  settings: multSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const streams = streamsOf(scope, chosen, settings)
    const project = projections(scope, chosen, widths, settings)
    const mask =
      settings.feedback === 'none' ? undefined : latch(scope, chosen, streams, widths, settings)
    const predict = head(
      scope.child('head'),
      streams.reduce((total, { width }) => total + width, 0),
      outputs,
      settings.outputDropout,
    )
    return (given) => {
      const inputs = new Map(
        chosen.map((modality) => {
          const { sequence, lengths } = sequenceOf(given, modality, 'mult')
          return [modality, { steps: sequence, lengths }] as const
        }),
      )
      const maps: Record<string, Tensor> = {}
      let seen: ReadonlyMap<Modality, Required<Sequence>> = inputs
      if (mask) {
        // Stage I: cross-modal outputs of the plain inputs determine which features matter.
        const projected = project(inputs)
        const representations = new Map(
          streams.map(({ modality, tell }) => {
            const { steps } = tell(projected)
            return [modality, settings.stageOneGradients ? steps : stopGradient(steps)] as const
          }),
        )
        const masked = mask(inputs, representations)
        seen = masked.inputs
        Object.assign(maps, masked.maps)
      }
      const projected = project(seen)
      const vectors = streams.map(({ modality, tell, end }) => {
        const told = tell(projected)
        const ended = end(told.steps, projected.get(modality)?.lengths)
        Object.assign(maps, told.maps, ended.maps)
        return ended.vector
      })
      return { prediction: predict(vectors), maps }
    }
  },
})

/** @throws LimbicError for a stream whose modality is not read */
function streamsOf(scope: Scope, chosen: readonly Modality[], settings: MultSettings): Stream[] {
  const streams = inOrder(settings.streams ?? chosen)
  const missing = streams.find((modality) => !chosen.includes(modality))
  if (missing) {
    throw new LimbicError(`the stream of ${missing} needs that modality`, {
      where: 'mult, streams',
      expected: `some of ${chosen.join(', ')}`,
      got: streams.join(', '),
    })
  }
  return streams.map((modality) =>
    stream(
      scope,
      modality,
      chosen.filter((other) => other !== modality),
      settings,
    ),
  )
}

/** Text is dropped out first, as in the published code; where padding is seen, lengths end here. */
function projections(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  { width, embedDropout, padding }: MultSettings,
): (inputs: ReadonlyMap<Modality, Required<Sequence>>) => ReadonlyMap<Modality, Sequence> {
  const place = scope.child('projections')
  const layers = new Map<Modality, Layer>(
    chosen.map((modality) => {
      const own = place.child(modality)
      const inputs = widthOf(widths, modality, 'mult')
      const project = linear(own, { inputs, units: width, bias: false })
      const drop = dropout(own, modality === 'text' ? embedDropout : 0)
      return [modality, (input) => project(drop(input))]
    }),
  )
  return (inputs) =>
    new Map(
      [...layers].map(([modality, layer]) => {
        const { steps, lengths } = lookUp(inputs, modality, 'input')
        return [modality, { steps: layer(steps), ...(padding === 'hidden' && { lengths }) }]
      }),
    )
}
