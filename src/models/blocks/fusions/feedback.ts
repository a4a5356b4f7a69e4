/** Top-down feedback: high-level representations of some modalities mask the inputs of others. */
import { LimbicError } from '../../../base/errors.js'
import type { Modality } from '../../../base/modalities.js'
import type { Tensor } from '../../../graph/graph.js'
import { sigmoid } from '../../../graph/operators/algebra/activation.js'
import { add, multiply } from '../../../graph/operators/algebra/arithmetic.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { type RecurrentKind, recurrent, runTogether } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import { widthOf } from '../../define/inputs.js'
import type { Widths } from '../../define/model.js'

export interface FeedbackSettings {
  /** Those that mask each other, two or more. */
  readonly modalities: readonly Modality[]
  /** What makes masks of representations: a recurrent layer, or a linear one for each step. */
  readonly kind: RecurrentKind | 'linear'
  /** Width of the representations. */
  readonly hidden: number
  /** Dropout on the states that make masks. */
  readonly feedbackDropout: number
  /** Dropout on the averaged masks. */
  readonly maskDropout: number
}

/** What masks one modality's input. */
export interface FeedbackInputs {
  /** [batch, time, width] */
  readonly input: Tensor
  /** int64 [batch] */
  readonly lengths: Tensor
  /** Each other modality's representation, one step for each of the input: [batch, time, hidden]. */
  readonly representations: ReadonlyMap<Modality, Tensor>
}

/** A way from representations of several modalities to masks of one input width each. */
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
      (drops[position] ?? ((same: Tensor) => same))(outputs),
    )
}

function linearProducers(
  scopes: readonly Scope[],
  width: number,
  { hidden }: FeedbackSettings,
): MaskProducers {
  const layers = scopes.map((scope) => linear(scope, { inputs: hidden, units: width }))
  return (sources) => layers.map((layer, position) => layer(sources[position] as Tensor))
}

/**
 * The feedback of MMLatch (section 2, equation 4): each modality's input is multiplied by the mean
 * of masks, one from each other modality's representation. The masks have the width of the input
 * that they mask, so each modality has producers of its own, one for each other.
 *
 * @returns for each modality a function to its masked input and its mask, [batch, time, width] each
 * @throws LimbicError if there is only one modality
 */
export function feedback(
  scope: Scope,
  widths: Widths,
  settings: FeedbackSettings,
  model: string,
): ReadonlyMap<Modality, (given: FeedbackInputs) => { masked: Tensor; mask: Tensor }> {
  const { modalities, kind } = settings
  if (modalities.length < 2) {
    throw new LimbicError('one modality has no other to mask it', {
      where: `${model}, feedback`,
      expected: 'none, or more modalities',
      got: `${kind}, with ${modalities.join()}`,
    })
  }
  return new Map(
    modalities.map((modality) => {
      const others = modalities.filter((other) => other !== modality)
      const place = scope.child(modality)
      const scopes = others.map((other) => place.child(`by_${other}`))
      const width = widthOf(widths, modality, model)
      const produce =
        kind === 'linear'
          ? linearProducers(scopes, width, settings)
          : recurrentProducers(scopes, kind, width, settings)
      const drop = dropout(place, settings.maskDropout)
      return [
        modality,
        ({ input, lengths, representations }: FeedbackInputs) => {
          const sources = others.map((other) => representations.get(other) as Tensor)
          const masks = produce(sources, lengths).map(sigmoid)
          const mask = multiply(
            masks.reduce((sum, each) => add(sum, each)),
            1 / masks.length,
          )
          return { masked: multiply(input, drop(mask)), mask }
        },
      ] as const
    }),
  )
}
