/**
 * Sequences as columns: inside loops a sample is a column. Converting between the two layouts is a
 * single matrix transposition, which is far faster than one per step.
 */
import type { Tensor } from '../../tensor.js'
import { transpose } from './transpose.js'

/** [batch, time, width] as [time, width, batch]. */
export function toColumns(steps: Tensor): Tensor {
  return transpose(steps, [1, 2, 0])
}

/** [time, width, batch] as [batch, time, width]. */
export function fromColumns(columns: Tensor): Tensor {
  return transpose(columns, [2, 0, 1])
}
