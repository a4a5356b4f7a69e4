/** Top-down feedback: high-level representations of some modalities mask the inputs of others. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt, lookUp } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { add, multiply, sigmoid, type Tensor } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { type RecurrentKind, recurrent, runTogether } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import { widthOf } from '../../define/inputs.js'
import type { Widths } from '../../define/model.js'

export interface FeedbackSettings {
  /** The modalities that mask each other, two or more. */
  readonly modalities: readonly Modality[]
  /** The layer that makes masks from representations: recurrent, or linear for each step. */
  readonly kind: RecurrentKind | 'linear'
  /** Width of the representations. */
  readonly hidden: number
  /** Dropout on the states that make masks. */
  readonly feedbackDropout: number
  /** Dropout on the averaged masks. */
  readonly maskDropout: number
}

/** A modality's input, which feedback masks. */
export interface Masked {
  /** [batch, time, width] */
  readonly steps: Tensor
  /** int64 [batch] */
  readonly lengths: Tensor
}

/** The masked inputs of all modalities, and the masks. */
export type Feedback = (
  inputs: ReadonlyMap<Modality, Masked>,
  representationOf: (other: Modality, masked: Modality) => Tensor,
) => {
  readonly inputs: ReadonlyMap<Modality, Masked>
  /** `mask.<modality>`: [batch, time, width] */
  readonly maps: Readonly<Record<string, Tensor>>
}

/** Makes masks of one input width each from the representations of several modalities. */
type MaskProducers = (sources: readonly Tensor[], lengths: Tensor) => Tensor[]

function recurrentProducers(
  scopes: readonly Scope[],
  kind: RecurrentKind,
  width: number,
  { hidden, feedbackDropout }: FeedbackSettings,
): MaskProducers {
  const layers = scopes.map((scope) => recurrent(scope, { kind, inputs: hidden, hidden: width }))
  const drops = scopes.map((scope) => dropout(scope, feedbackDropout))
  return (sources, lengths) =>
    runTogether(layers, sources, lengths).map(({ outputs }, position) =>
      elementAt(drops, position, 'dropout of a mask')(outputs),
    )
}

function linearProducers(
  scopes: readonly Scope[],
  width: number,
  { hidden }: FeedbackSettings,
): MaskProducers {
  const layers = scopes.map((scope) => linear(scope, { inputs: hidden, units: width }))
  return (sources) =>
    layers.map((layer, position) => layer(elementAt(sources, position, 'source of a mask')))
}

/**
 * The feedback of MMLatch (section 2, equation 4): each modality's input is multiplied by the mean
 * of masks, one from each other modality's representation. The masks have the width of the input
 * that they mask, so each modality has producers of its own, one for each other.
 *
 * @returns a function of the inputs and of the other modalities' representations at an input's steps,
 * [batch, time, hidden], a step for each of that input
 * @throws LimbicError if there is only one modality
 */
export function feedback(
  scope: Scope,
  widths: Widths,
  settings: FeedbackSettings,
  model: string,
): Feedback {
  const { modalities, kind } = settings
  if (modalities.length < 2) {
    throw new LimbicError('feedback needs at least two modalities', {
      where: `${model}, feedback`,
      expected: 'feedback none, or more modalities',
      got: `${kind}, with ${modalities.join()}`,
    })
  }
  const units = modalities.map((modality) => {
    const others = modalities.filter((other) => other !== modality)
    const place = scope.child(modality)
    const scopes = others.map((other) => place.child(`by_${other}`))
    const width = widthOf(widths, modality, model)
    const produce =
      kind === 'linear'
        ? linearProducers(scopes, width, settings)
        : recurrentProducers(scopes, kind, width, settings)
    return { modality, others, produce, drop: dropout(place, settings.maskDropout) }
  })
  return (inputs, representationOf) => {
    const maps: Record<string, Tensor> = {}
    const masked = units.map(({ modality, others, produce, drop }) => {
      const { steps, lengths } = lookUp(inputs, modality, 'input')
      const sources = others.map((other) => representationOf(other, modality))
      const masks = produce(sources, lengths).map(sigmoid)
      const mask = multiply(
        masks.reduce((sum, each) => add(sum, each)),
        1 / masks.length,
      )
      maps[`mask.${modality}`] = mask
      return [modality, { steps: multiply(steps, drop(mask)), lengths }] as const
    })
    return { inputs: new Map(masked), maps }
  }
}
