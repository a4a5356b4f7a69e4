/** Deep canonical correlation analysis with reconstruction (section 4.2). */

import { elementAt, lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import {
  add,
  clearPadding,
  divide,
  maximum,
  minimum,
  multiply,
  reduceSum,
  relu,
  square,
  subtract,
  type Tensor,
  validSteps,
} from '../../graph/index.js'
import { sequenceConvolution } from '../../nn/convolution/sequence-convolution.js'
import { resampleSteps } from '../../nn/layers/resample-steps.js'
import { canonicalCorrelations } from '../../nn/losses/canonical-correlation.js'
import type { Scope } from '../../nn/scope.js'
import type { MeasuredSequence } from '../define/sequence.js'
import type { HdaSettings } from './settings.js'

export type Sequences = ReadonlyMap<Modality, MeasuredSequence>

/** Two convolutions along time with a ReLU between; padding is zero before and after each. */
function twoConvolutions(
  scope: Scope,
  inputs: number,
  units: number,
  { hidden, kernel }: HdaSettings,
): (given: MeasuredSequence) => MeasuredSequence {
  const first = sequenceConvolution(scope.child('first'), { inputs, units: hidden, kernel })
  const second = sequenceConvolution(scope.child('second'), { inputs: hidden, units, kernel })
  return ({ steps, lengths }) => {
    const between = clearPadding(relu(first(steps)), lengths)
    return { steps: clearPadding(second(between), lengths), lengths }
  }
}

export interface Correlated {
  /** Each modality's correlated representation, [batch, time, reduced]. */
  readonly encoded: Sequences
  readonly objectives: Readonly<Record<'correlation' | 'reconstruction', Tensor>>
}

/**
 * An encoder of two convolutions for each modality, to far fewer features, and a decoder of two
 * that reconstructs what was encoded. With three modalities the correlation is the sum of those of
 * each two, as the readings of the document have it.
 *
 * Objectives, each times its weight: `correlation`, minus the mean of the canonical correlations of
 * each two modalities (1 at most), summed over pairs; `reconstruction`, the decoders' mean squared
 * error over valid steps and features, summed over modalities.
 *
 * Correlations need rows in pairs. They are the valid steps of all samples of a batch; where the
 * modalities have unequal lengths, each sample's sequences are first averaged to as many steps as
 * its shortest has, which stand for the same shares of its time. Aligned data stay as they are.
 */
export function correlationAnalysis(
  scope: Scope,
  chosen: readonly Modality[],
  settings: HdaSettings,
): (given: Sequences) => Correlated {
  const { width, reduced } = settings
  const modules = new Map(
    chosen.map((modality) => [
      modality,
      {
        encode: twoConvolutions(scope.child('encoders').child(modality), width, reduced, settings),
        decode: twoConvolutions(scope.child('decoders').child(modality), reduced, width, settings),
      },
    ]),
  )
  return (given) => {
    const encoded = new Map<Modality, MeasuredSequence>()
    const errors: Tensor[] = []
    for (const [modality, { encode, decode }] of modules) {
      const own = lookUp(given, modality, 'sequence')
      const view = encode(own)
      encoded.set(modality, view)
      errors.push(squaredError(decode(view), own))
    }
    const pairs = correlationsOf([...encoded.values()], settings)
    return {
      encoded,
      objectives: {
        correlation: multiply(reduceSum(pairs), -settings.correlationWeight / reduced),
        reconstruction: multiply(
          errors.reduce((sum, error) => add(sum, error)),
          settings.reconstructionWeight,
        ),
      },
    }
  }
}

function correlationsOf(views: readonly MeasuredSequence[], { ridge }: HdaSettings): Tensor {
  const first = elementAt(views, 0, 'modality')
  const counts = views.map(({ lengths }) => lengths).reduce((one, other) => minimum(one, other))
  // No sample has more common steps than its first sequence has steps.
  const common = views.map(({ steps, lengths }) =>
    resampleSteps(steps, lengths, first.steps, counts),
  )
  const rows = validSteps(first.steps, counts)
  return canonicalCorrelations(common, rows, { ridge })
}

/** Both are zero at padding, so that only what the valid steps are counted for is summed. */
function squaredError(one: MeasuredSequence, other: MeasuredSequence): Tensor {
  const total = reduceSum(square(subtract(one.steps, other.steps)))
  const steps = reduceSum(validSteps(other.steps, other.lengths))
  return divide(total, multiply(maximum(steps, 1), Number(other.steps.size(2))))
}
