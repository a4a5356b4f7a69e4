import { Graph, type Initialiser, type Tensor } from '../graph/graph.js'

/**
 * Where a layer declares its parameters: a graph, a path of names, and whether the graph trains
 * (dropout on, batch statistics) or infers. Paths are the keys of checkpoints.
 */
export class Scope {
  constructor(
    readonly graph: Graph = new Graph(),
    readonly training = false,
    readonly path: string = '',
  ) {}

  /** A scope inside this one: `encoders` gives `encoders.text` for the name `text`. */
  child(name: string): Scope {
    return new Scope(this.graph, this.training, this.join(name))
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

  join(name: string): string {
    return this.path ? `${this.path}.${name}` : name
  }
}

/** What most layers are: a function of one tensor. */
export type Layer = (input: Tensor) => Tensor
