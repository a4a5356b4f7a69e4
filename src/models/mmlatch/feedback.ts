import type { Tensor } from '../../graph/graph.js'
import { sigmoid } from '../../graph/operators/activation.js'
import { add, multiply } from '../../graph/operators/arithmetic.js'
import { type Modality, modalities } from '../../modalities.js'
import { dropout } from '../../nn/dropout.js'
import { linear } from '../../nn/linear.js'
import { recurrent, runTogether } from '../../nn/recurrent.js'
import type { Scope } from '../../nn/scope.js'
import type { Widths } from '../model.js'
import type { MmlatchSettings } from './settings.js'

/** A way from high-level representations of several modalities to masks of one input width each. */
type MaskProducers = (sources: readonly Tensor[], lengths: Tensor) => Tensor[]

function lstmProducers(
  scopes: readonly Scope[],
  width: number,
  settings: MmlatchSettings,
): MaskProducers {
  const layers = scopes.map((scope) =>
    recurrent(scope, { kind: settings.recurrent, inputs: settings.hidden, hidden: width }),
  )
  const drops = scopes.map((scope) => dropout(scope, settings.feedbackDropout))
  return (sources, lengths) =>
    runTogether(layers, sources, lengths).map(({ outputs }, position) =>
      (drops[position] ?? ((same: Tensor) => same))(outputs),
    )
}

function linearProducers(
  scopes: readonly Scope[],
  width: number,
  settings: MmlatchSettings,
): MaskProducers {
  const layers = scopes.map((scope) => linear(scope, { inputs: settings.hidden, units: width }))
  return (sources) => layers.map((layer, position) => layer(sources[position] as Tensor))
}

/**
 * The top-down feedback (section 2, equation 4): each modality's input is multiplied by the mean
 * of two masks, one from each of the other modalities' representations. The masks have the width
 * of the input that they mask, so there are two producers for each modality.
 */
export function feedback(scope: Scope, widths: Widths, settings: MmlatchSettings) {
  const units = modalities.map((modality) => {
    const others = modalities.filter((other) => other !== modality)
    const place = scope.child(modality)
    const declare = settings.feedback === 'linear' ? linearProducers : lstmProducers
    return {
      modality,
      others,
      produce: declare(
        others.map((other) => place.child(`by_${other}`)),
        widths[modality] ?? 0,
        settings,
      ),
      drop: dropout(place, settings.maskDropout),
    }
  })
  return (
    inputs: ReadonlyMap<Modality, Tensor>,
    representations: ReadonlyMap<Modality, Tensor>,
    lengths: Tensor,
  ) => {
    const masked = new Map<Modality, Tensor>()
    const maps: Record<string, Tensor> = {}
    for (const { modality, others, produce, drop } of units) {
      const sources = others.map((other) => representations.get(other) as Tensor)
      const [one, other] = produce(sources, lengths).map(sigmoid) as [Tensor, Tensor]
      const mask = multiply(add(one, other), 0.5)
      masked.set(modality, multiply(inputs.get(modality) as Tensor, drop(mask)))
      maps[`mask.${modality}`] = mask
    }
    return { masked, maps }
  }
}
