/** Parameters and dropout masks of a graph. */
import type { Tensor } from './tensor.js'

/** How a parameter is initialised; see `nn/initialise.ts`. */
export interface Initialiser {
  fill(values: Float32Array, shape: readonly number[], seed: number, name: string): void
}

export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly tensor: Tensor
  readonly initialiser: Initialiser
  /** False for buffers (running statistics): stored with the weights, not trained. */
  readonly trainable: boolean
  /**
   * Whether it is a buffer of the training, such as values of each sample: stored in checkpoints,
   * but not part of the model.
   */
  readonly memory?: boolean
}

/**
 * A dropout mask: an input that the trainer fills with 0 and 1 / (1 - probability). A mask of bytes
 * is filled with bits, 0 for what is dropped (see `operators/attention/bits.ts`).
 */
export interface DropoutMask {
  readonly name: string
  readonly tensor: Tensor
  readonly probability: number
}
