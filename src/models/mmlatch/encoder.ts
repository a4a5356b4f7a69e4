/** MMLatch's encoders, and the attention that they share with the fusion. */
import { elementAt, lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import type { Tensor } from '../../graph/index.js'
import { type Attended, dotProductAttention, paddingMask } from '../../nn/attention/attention.js'
import { xavierUniform } from '../../nn/initialise.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import { type RecurrentLayer, recurrent, runTogether } from '../../nn/recurrent/recurrent.js'
import type { Layer, Scope } from '../../nn/scope.js'
import type { Masked } from '../blocks/fusions/feedback.js'
import type { MmlatchSettings } from './settings.js'

/** The query, key and value projections of one attention: no bias, Glorot uniform initialisation. */
export function projections(scope: Scope, width: number): Record<'query' | 'key' | 'value', Layer> {
  const project = (name: string) =>
    linear(scope.child(name), {
      inputs: width,
      units: width,
      bias: false,
      initialise: xavierUniform(),
    })
  return { query: project('query'), key: project('key'), value: project('value') }
}

/** Attention over one's own steps, padding hidden, no residual. */
export function selfAttention(
  scope: Scope,
  width: number,
  probability: number,
): (input: Tensor, lengths: Tensor) => Attended {
  const { query, key, value } = projections(scope, width)
  const drop = dropout(scope, probability)
  return (input, lengths) =>
    dotProductAttention(query(input), key(input), value(input), {
      scale: 1 / Math.sqrt(width),
      mask: paddingMask(input, lengths),
      drop,
    })
}

export interface Encoder {
  readonly layer: RecurrentLayer
  readonly drop: Layer
  readonly attend: (input: Tensor, lengths: Tensor) => Attended
}

/**
 * A unimodal encoder (document section 2, "Unimodal Encoders"): a bidirectional recurrent layer
 * whose directions are summed, then dot-product self-attention.
 */
export function encoder(scope: Scope, inputs: number, settings: MmlatchSettings): Encoder {
  const { hidden, layers, recurrent: kind } = settings
  return {
    layer: recurrent(scope.child('recurrent'), {
      kind,
      inputs,
      hidden,
      layers,
      bidirectional: true,
      merge: 'sum',
    }),
    drop: dropout(scope, settings.dropout),
    attend: selfAttention(scope.child('attention'), hidden, settings.dropout),
  }
}

/** Encodes several aligned modalities side by side: [batch, time, hidden] each. */
export function encode(
  encoders: ReadonlyMap<Modality, Encoder>,
  inputs: ReadonlyMap<Modality, Masked>,
): Map<Modality, Attended> {
  const order = [...encoders].map(([modality, parts]) => ({
    ...{ modality, ...parts },
    input: lookUp(inputs, modality, 'input'),
  }))
  const { lengths } = elementAt(order, 0, 'encoder').input
  const steps = runTogether(
    order.map(({ layer }) => layer),
    order.map(({ input }) => input.steps),
    lengths,
  )
  return new Map(
    order.map(({ modality, drop, attend }, position) => {
      const { outputs } = elementAt(steps, position, 'encoder')
      return [modality, attend(drop(outputs), lengths)]
    }),
  )
}
