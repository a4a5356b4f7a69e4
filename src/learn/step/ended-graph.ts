/** A graph with its ends. */
import type { Graph, Parameter, Tensor } from '../../graph/index.js'
import type { Pack } from '../optimiser/packs.js'

/** A graph with named inputs and outputs, ready to be written as ONNX. */
export interface EndedGraph {
  readonly graph: Graph
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly outputs: ReadonlyMap<string, Tensor>
  readonly parameters: readonly Parameter[]
  /** The parameters that a step updates, as laid out in memory; none in a prediction graph. */
  readonly packs: readonly Pack[]
  /** The names of the objectives that it outputs; none unless a stage minimises some. */
  readonly objectives: readonly string[]
}
