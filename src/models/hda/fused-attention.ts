/** Attention over the correlated representations of all modalities (section 4.3). */
import { LimbicError } from '../../base/errors.js'
import { elementAt, lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import {
  add,
  attention,
  clearPadding,
  concat,
  expand,
  split,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { attentionWeights, paddingMask } from '../../nn/attention/attention.js'
import { joinHeads, splitHeads, weightDropout } from '../../nn/attention/heads.js'
import { linear } from '../../nn/layers/linear.js'
import type { Layer, Scope } from '../../nn/scope.js'
import type { Sequences } from './correlation.js'
import type { HdaSettings } from './settings.js'

export interface Fused {
  /** The attention's outputs at each modality's steps, [batch, time, fusedWidth]. */
  readonly sequences: Sequences
  /** [batch, heads, all steps, all steps]: the modalities' steps one after the other. */
  readonly weights: Tensor
}

/**
 * Attention over the fused sequence (equations 14 to 16), which holds the steps of all modalities
 * one after the other, T_fused = T_L + T_V + T_A, so that each attends to its own modality and to
 * the others, aligned or not. A step is its correlated representation plus, by a linear skip
 * connection, its modality's self-attended one (section 4).
 *
 * @throws LimbicError unless the heads share the width evenly
 */
export function fusedAttention(
  scope: Scope,
  chosen: readonly Modality[],
  settings: HdaSettings,
): (correlated: Sequences, individual: Sequences) => Fused {
  const { width, reduced, fusedWidth, fusedHeads, skip } = settings
  if (fusedWidth % fusedHeads !== 0) {
    throw new LimbicError('the width must be divisible by the number of heads', {
      where: 'hda, fusedHeads',
      expected: `a divisor of fusedWidth, ${fusedWidth}`,
      got: String(fusedHeads),
    })
  }
  const skips = new Map(
    skip
      ? chosen.map((modality) => {
          const place = scope.child('skip').child(modality)
          return [modality, linear(place, { inputs: width, units: reduced })] as const
        })
      : [],
  )
  const projection = (name: string): Layer => {
    const project = linear(scope.child(name), { inputs: reduced, units: fusedWidth })
    return (input) => splitHeads(project(input), fusedHeads)
  }
  const [query, key, value] = [projection('query'), projection('key'), projection('value')]
  const scale = 1 / Math.sqrt(fusedWidth / fusedHeads)

  return (correlated, individual) => {
    const parts = chosen.map((modality) => {
      const { steps, lengths } = lookUp(correlated, modality, 'sequence')
      const own = lookUp(individual, modality, 'sequence')
      const skipped = skips.get(modality)?.(own.steps)
      return { modality, steps: skipped ? add(steps, skipped) : steps, lengths }
    })
    const sequence = concat(
      parts.map(({ steps }) => steps),
      1,
    )
    const padding = concat(
      parts.map(({ steps, lengths }) => paddingMask(steps, lengths)),
      2,
    )
    const perHead = { query: query(sequence), key: key(sequence), value: value(sequence) }
    const scores = [sequence.size(0), fusedHeads, sequence.size(1), sequence.size(1)]
    const mask = expand(unsqueeze(padding, 1), [...scores.slice(0, 2), 1, sequence.size(1)])
    const drop = weightDropout(scope, scores, settings.attentionDropout)
    const outputs = joinHeads(attention({ ...perHead, scale, masks: [mask], drop }))
    const sizes = parts.map(({ steps }) => steps.size(1))
    const sequences = split(outputs, sizes, 1).map((steps, index) => {
      const { modality, lengths } = elementAt(parts, index, 'modality')
      return [modality, { steps: clearPadding(steps, lengths), lengths }] as const
    })
    const weights = attentionWeights(perHead.query, perHead.key, { scale, masks: [mask] })
    return { sequences: new Map(sequences), weights }
  }
}
