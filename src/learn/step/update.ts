/** What the optimiser does with gradients: at the end of a training graph, or as a graph of its own. */
import { elementAt } from '../../base/lookup.js'
import { Graph, multiply, type Tensor } from '../../graph/index.js'
import { adamStep } from '../optimiser/adam.js'
import { clip } from '../optimiser/clip.js'
import type { Pack } from '../optimiser/packs.js'
import type { OptimiserSettings } from '../optimiser/settings.js'
import type { EndedGraph } from './ended-graph.js'
import { ends, type PackEnd } from './ends.js'

/** Inputs and outputs of a graph, by name. */
interface Ends {
  readonly inputs: Map<string, Tensor>
  readonly outputs: Map<string, Tensor>
}

/**
 * Adds Adam to a graph.
 *
 * @param slopes the gradients of each pack, clipped, in its layout: [size]
 */
export function addAdam(
  graph: Graph,
  { inputs, outputs }: Ends,
  packs: readonly Pack[],
  slopes: readonly Tensor[],
  { weightDecay }: Pick<OptimiserSettings, 'weightDecay'>,
): void {
  for (const [index, { name, factor, size }] of packs.entries()) {
    const slope = elementAt(slopes, index, 'gradient')
    const given = (end: PackEnd) => inputOf(graph, inputs, end, [size])
    const next = adamStep(
      given(ends.pack(name)),
      slope,
      { first: given(ends.first(name)), second: given(ends.second(name)) },
      {
        stepSize: inputOf(graph, inputs, ends.stepSize(factor), []),
        epsilon: inputOf(graph, inputs, ends.epsilon, []),
        weightDecay,
      },
    )
    outputs
      .set(ends.next(ends.pack(name)), next.value)
      .set(ends.next(ends.first(name)), next.first)
      .set(ends.next(ends.second(name)), next.second)
  }
}

/** A float32 input of a graph; the one of that name if there is one. */
export function inputOf(
  graph: Graph,
  inputs: Map<string, Tensor>,
  name: string,
  shape: readonly number[],
): Tensor {
  const tensor = inputs.get(name) ?? graph.input(name, 'float32', shape)
  inputs.set(name, tensor)
  return tensor
}

/**
 * The second half of a step whose gradients were added up over several batches: their average, by
 * the input `share`, is clipped and goes to Adam.
 */
export function updateGraph(packs: readonly Pack[], optimiser: OptimiserSettings): EndedGraph {
  const graph = new Graph()
  const inputs = new Map<string, Tensor>()
  const outputs = new Map<string, Tensor>()
  const share = inputOf(graph, inputs, ends.share, [])
  const slopes = packs.map(({ name, size }) =>
    multiply(inputOf(graph, inputs, ends.sum(name), [size]), share),
  )
  addAdam(graph, { inputs, outputs }, packs, clip(slopes, optimiser), optimiser)
  return { graph, inputs, outputs, parameters: [], packs, objectives: [] }
}
