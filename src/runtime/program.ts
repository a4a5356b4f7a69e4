/** A graph that computes something known, such as a spectrogram: built once, opened, and called many times. */
import { Graph } from '../graph/graph.js'
import { writeModel } from '../graph/onnx/model.js'
import type { Tensor } from '../graph/tensor.js'
import type { Engine } from './engine.js'
import type { SessionOptions, Value } from './session.js'

/** A graph that is open. */
export interface Program {
  /**
   * Runs it once.
   *
   * @param inputs a value for every input, by name
   * @returns a value for every output, by name
   * @throws LimbicError where a value has another type or shape than its input
   */
  run(inputs: Readonly<Record<string, Value>>): Promise<ReadonlyMap<string, Value>>
  /** Frees its memory. */
  close(): Promise<void>
}

/** What a program opens with. */
export interface ProgramOptions {
  /** Values of the parameters that the graph declares, by name. */
  readonly weights?: ReadonlyMap<string, Float32Array>
  readonly session?: SessionOptions
}

/**
 * Builds a graph and opens it on an engine.
 *
 *     const loudness = await openProgram(engine, (graph) => ({
 *       energy: reduceMean(square(graph.input('waveform', 'float32', ['time'])), [0]),
 *     }))
 *
 * @param build declares the inputs of an empty graph and gives the outputs by name
 * @throws LimbicError if a parameter has no value, or the engine cannot run the graph
 */
export async function openProgram(
  engine: Engine,
  build: (graph: Graph) => Readonly<Record<string, Tensor>>,
  { weights, session: options }: ProgramOptions = {},
): Promise<Program> {
  const graph = new Graph()
  const outputs = new Map(Object.entries(build(graph)))
  const model = writeModel({ inputs: graph.inputs, outputs, ...(weights && { weights }) })
  const session = await engine.open(model, options)
  return {
    run: (inputs) => session.run(new Map(Object.entries(inputs))),
    close: () => session.close(),
  }
}
