/** What happens to raw features inside a graph before a model sees them. */

import { LimbicError } from '../base/errors.js'
import type { Modality } from '../base/modalities.js'
import type { FeatureStatistics, Standardisation } from '../data/prepare/standardise/standardise.js'
import { divide, subtract, type Tensor, unsqueeze, where, withinLengths } from '../graph/index.js'

/** Changes what a model is given before it reads it. */
export interface InputTransform {
  /**
   * @param sequence of one modality, [batch, time, width]
   * @param lengths int64 [batch]
   */
  sequence(sequence: Tensor, lengths: Tensor, modality: Modality): Tensor
  /** @param prosody [batch, width] */
  prosody(prosody: Tensor): Tensor
}

/** Leaves everything as it is. */
export const asGiven: InputTransform = {
  sequence: (sequence) => sequence,
  prosody: (prosody) => prosody,
}

/**
 * Makes a model take raw features: subtracts each feature's mean, divides by its deviation, and
 * puts zeros after each sequence's end, whatever was there. What there are no statistics of is
 * only zeroed after its end.
 *
 * @throws LimbicError, when it is applied, if the statistics are of another number of features
 */
export function fromRawFeatures(standardisation: Standardisation = {}): InputTransform {
  return {
    sequence: (sequence, lengths, modality) => {
      const values = standardised(sequence, standardisation[modality], modality)
      return where(unsqueeze(withinLengths(sequence, lengths), 2), values, 0)
    },
    prosody: (prosody) => standardised(prosody, standardisation.prosody, 'prosody'),
  }
}

/** (x - mean) / deviation along the last axis; the tensor itself where there are no statistics. */
function standardised(
  values: Tensor,
  statistics: FeatureStatistics | undefined,
  what: string,
): Tensor {
  if (!statistics) return values
  const { mean, deviation } = statistics
  const width = values.size(values.shape.length - 1)
  if (mean.length !== width || deviation.length !== width) {
    throw new LimbicError('the statistics are of other features', {
      where: `standardisation of ${what}`,
      expected: `${width} features`,
      got: `${mean.length}`,
      hint: 'Use the statistics that the model was trained with',
    })
  }
  const { graph } = values
  const centred = subtract(values, graph.constant(mean, [width], 'float32'))
  return divide(centred, graph.constant(deviation, [width], 'float32'))
}
