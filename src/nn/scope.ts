/** Where layers declare their parameters. */
import { Graph, type Initialiser, type Tensor } from '../graph/index.js'

/**
 * Where a layer declares its parameters: a graph, a path of names, and whether the graph is for
 * training (dropout on, batch statistics) or inference. Paths are the keys of checkpoints.
 */
export class Scope {
  /** Whether parameters declared here are being trained, with dropout on. */
  readonly training: boolean

  /**
   * @param frozen whether the parameters under a path are frozen
   * @param keepsStatistics whether running statistics stay as they are, and normalise in training too
   */
  constructor(
    readonly graph: Graph = new Graph(),
    training = false,
    readonly path: string = '',
    readonly frozen: (path: string) => boolean = () => false,
    readonly keepsStatistics: boolean = false,
  ) {
    this.training = training && !(path && frozen(path))
  }

  /** A child scope: `encoders` gives `encoders.text` for the name `text`. */
  child(name: string): Scope {
    const { graph, training, frozen, keepsStatistics } = this
    return new Scope(graph, training, this.join(name), frozen, keepsStatistics)
  }

  /** Declares a parameter (or, with `trainable` false, a buffer) under this path. */
  parameter(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    trainable = true,
  ): Tensor {
    return this.graph.parameter(this.join(name), shape, initialiser, trainable)
  }

  /** Declares a buffer of the training, such as one row per training sample, under this path. */
  memory(name: string, shape: readonly number[], initialiser: Initialiser): Tensor {
    return this.graph.memory(this.join(name), shape, initialiser)
  }

  join(name: string): string {
    return this.path ? `${this.path}.${name}` : name
  }
}

/** A function of one tensor, which most layers are. */
export type Layer = (input: Tensor) => Tensor
