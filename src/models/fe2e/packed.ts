/** Packs the valid steps of padded sequences one after another, and pads them again. */
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
  /** [steps, ...shape of a step], sample after sample */
  readonly steps: Tensor
  /** int64 [steps, 2]: the sample of each step, and its position there */
  readonly places: Tensor
}

/**
 * The valid steps of a batch, so that layers that read single steps never compute padding.
 *
 * @param sequence [batch, time, ...shape of a step]
 * @param lengths int64 [batch]
 */
export function packed(sequence: Tensor, lengths: Tensor): Packed {
  const places = nonZero(cast(withinLengths(sequence, lengths), 'int64'))
  return { steps: gatherNd(sequence, places), places }
}

/**
 * Puts packed steps back into padded sequences, with zeros as padding.
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
