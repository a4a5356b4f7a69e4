/** Attention windows whose width is learned, one for each head. */
import {
  add,
  divide,
  log,
  maximum,
  minimum,
  multiply,
  sigmoid,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { zeros } from '../initialise.js'
import type { Scope } from '../scope.js'

export interface LearnedWindow {
  /** How many steps away each head attends with full weight: [heads]. */
  readonly windows: Tensor
  /**
   * The logarithm of the soft mask at each distance, to be added to scores: [heads, ...distances].
   *
   * @param distances numbers of steps, [...distances]
   */
  mask(distances: Tensor): Tensor
}

/** The least value of the soft mask, since the logarithm of 0 is infinite. */
const leastShare = 1e-6

/**
 * Declares windows that are learned, between 0 and a bound: `bound * sigmoid(window)`. The soft
 * mask of Sukhbaatar et al. (Adaptive Attention Span in Transformers, 2019, equation 2) is 1 up to
 * the window and falls to 0 over a quarter of the bound, at least one step, so that the loss has a
 * gradient there. Adding its logarithm to a score multiplies the exponential of the score by the
 * mask.
 *
 * Parameter: `window` [heads], initially zeros: half the bound.
 *
 * @param bound the largest window, in steps
 */
export function learnedWindow(scope: Scope, heads: number, bound: number): LearnedWindow {
  const raw = scope.parameter('window', [heads], zeros)
  const windows = multiply(sigmoid(raw), bound)
  const ramp = Math.max(1, bound / 4)
  return {
    windows,
    mask(distances) {
      const axes = distances.shape.map((_, axis) => axis + 1)
      const perHead = unsqueeze(windows, axes)
      const share = divide(subtract(add(perHead, ramp), unsqueeze(distances, 0)), ramp)
      return log(maximum(minimum(share, 1), leastShare))
    },
  }
}
