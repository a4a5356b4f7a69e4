/** What happens to raw features inside a graph before a model sees them. */
import type { Standardisation } from '../data/standardise.js'
import { LimbicError } from '../errors.js'
import type { Tensor } from '../graph/graph.js'
import { divide, subtract } from '../graph/operators/arithmetic.js'
import { less, where } from '../graph/operators/comparison.js'
import { unsqueeze } from '../graph/operators/layout.js'
import { positions } from '../graph/operators/sizes.js'
import type { Modality } from '../modalities.js'

/**
 * Changes the sequences of one modality, [batch, time, width], before the model reads them.
 *
 * @param lengths int64 [batch]
 */
export type InputTransform = (sequence: Tensor, lengths: Tensor, modality: Modality) => Tensor

/**
 * Makes a model take raw features: subtracts each feature's mean, divides by its deviation, and
 * puts zeros after each sequence's end, whatever was there. Modalities without statistics are only
 * zeroed after their end.
 *
 * @throws LimbicError, when it is applied, if the statistics are of another number of features
 */
export function fromRawFeatures(standardisation: Standardisation = {}): InputTransform {
  return (sequence, lengths, modality) => {
    const width = sequence.size(2)
    const statistics = standardisation[modality]
    let values = sequence
    if (statistics) {
      const { mean, deviation } = statistics
      if (mean.length !== width || deviation.length !== width) {
        throw new LimbicError('the statistics are of other features', {
          where: `standardisation of ${modality}`,
          expected: `${width} features`,
          got: `${mean.length}`,
          hint: 'Use the statistics that the model was trained with',
        })
      }
      const { graph } = sequence
      const centred = subtract(sequence, graph.constant(mean, [width], 'float32'))
      values = divide(centred, graph.constant(deviation, [width], 'float32'))
    }
    const steps = unsqueeze(positions(sequence, 1), 0)
    return where(unsqueeze(less(steps, unsqueeze(lengths, 1)), 2), values, 0)
  }
}
