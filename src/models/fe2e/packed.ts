/** The valid steps of padded sequences, one after another, and back. */
import {
  cast,
  expand,
  gatherNd,
  nonZero,
  type Shape,
  scatterNdAdd,
  type Tensor,
  withinLengths,
} from '../../graph/index.js'

/** The steps of all samples of a batch, without the padding. */
export interface Packed {
  /** [steps, ...shape of a step], those of one sample after those of another */
  readonly steps: Tensor
  /** int64 [steps, 2]: the sample of each, and its place there */
  readonly places: Tensor
}

/**
 * The valid steps of a batch, so that what reads them one by one reads no padding.
 *
 * @param sequence [batch, time, ...shape of a step]
 * @param lengths int64 [batch]
 */
export function packed(sequence: Tensor, lengths: Tensor): Packed {
  const places = nonZero(cast(withinLengths(sequence, lengths), 'int64'))
  return { steps: gatherNd(sequence, places), places }
}

/**
 * Steps back at their places in padded sequences, with zeros as padding.
 *
 * @param steps [steps, ...shape of a step]
 * @param padded a tensor that begins with the axes [batch, time]
 * @returns [batch, time, ...shape of a step]
 */
export function padded(steps: Tensor, places: Tensor, padded: Tensor): Tensor {
  const shape: Shape = [...padded.shape.slice(0, 2), ...steps.shape.slice(1)]
  const zeros = expand(steps.graph.scalar(0, steps.dataType), shape)
  return scatterNdAdd(zeros, places, steps)
}
