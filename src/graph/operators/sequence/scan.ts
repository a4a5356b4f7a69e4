/** A loop over time inside the graph. */
import { elementAt } from '../../../base/lookup.js'
import { mapTuple } from '../../../base/tuples.js'
import { Graph } from '../../graph.js'
import { int, ints } from '../../onnx/attributes.js'
import { nodesInOrder } from '../../order.js'
import { formatShape, type Shape, sameShape, type TensorType } from '../../shape/shape.js'
import type { GraphBody, Node, Operator, Tensor } from '../../tensor.js'
import { type Loop, loopGradient } from './scan-gradient.js'

interface ScanAttributes {
  readonly states: number
  readonly sequences: number
  readonly reverse: boolean
  readonly body: GraphBody
}

const scanOperator: Operator<ScanAttributes, readonly Tensor[], readonly TensorType[]> = {
  name: 'scan',
  infer(inputs, { states, sequences, body }, mistake) {
    const time = inputs[states]?.shape[0]
    if (time === undefined) return mistake(String(states), 'at least one sequence', 'none')
    inputs.slice(states, states + sequences).forEach((sequence, position) => {
      if (sequence.shape[0] !== time) {
        mistake(String(states + position), `${time} steps`, formatShape(sequence.shape))
      }
    })
    return body.outputs.map((output, position): TensorType => {
      const { dataType, shape } = output
      if (position >= states) return { dataType, shape: [time, ...shape] }
      const state = inputs[position]
      if (!state || state.dataType !== dataType || !sameShape(state.shape, shape)) {
        return mistake(String(position), `${dataType}${formatShape(shape)}`, String(state))
      }
      return { dataType, shape }
    })
  },
  lower(node, onnx) {
    const { states, sequences, reverse, body } = node.attributes
    const loop = states + sequences
    const captured = body.inputs.slice(loop)
    const captures = new Map(
      captured.map((input, position) => {
        const given = elementAt(node.inputs, loop + position, 'captured value')
        return [input, onnx.value(given)]
      }),
    )
    const directions = (count: number) => ints(Array.from({ length: count }, () => Number(reverse)))
    // Results that nothing reads are not computed.
    const kept = node.outputs.flatMap((output, position) => {
      const result = elementAt(body.outputs, position, 'result of the body')
      return position < states || onnx.isUsed(output) ? [{ output, result }] : []
    })
    const produced = kept.length - states
    const part = {
      ...{ graph: body.graph, inputs: body.inputs.slice(0, loop) },
      outputs: kept.map(({ result }) => result),
    }
    onnx.write(
      kept.map(({ output }) => output),
      'Scan',
      onnx.values(node.inputs.slice(0, loop)),
      {
        body: onnx.body(part, captures),
        num_scan_inputs: int(sequences),
        scan_input_directions: directions(sequences),
        ...(produced > 0 && { scan_output_directions: directions(produced) }),
      },
    )
  },
  gradient(node, gradientsOut) {
    const { states, sequences, reverse, body } = node.attributes
    const loop = {
      initial: node.inputs.slice(0, states),
      sequences: node.inputs.slice(states, states + sequences),
      captures: node.inputs.slice(states + sequences),
      ...{ reverse, body },
    }
    const { gradients, results } = loopGradient(loop, node.outputs, gradientsOut, runScan)
    differentiated.set(node, results)
    return gradients
  },
  flops(node, size) {
    const sequence = elementAt(node.inputs, node.attributes.states, 'sequence')
    return size([sequence.size(0)]) * bodyFlops(node.attributes.body, size)
  },
}

function bodyFlops({ outputs }: GraphBody, size: (shape: Shape) => number): number {
  return nodesInOrder(outputs).reduce((total, node) => {
    const [output] = node.outputs
    return total + (node.operator.flops?.(node, size) ?? (output ? size(output.shape) : 0))
  }, 0)
}

const differentiated = new WeakMap<object, readonly Tensor[]>()

/**
 * The same results as a loop's, from the extended loop that its gradient uses; undefined if it has
 * not been differentiated.
 */
export function differentiatedScan(node: Node): readonly Tensor[] | undefined {
  return differentiated.get(node)
}

/** Adds a loop to the graph of its operands. */
function runScan({ initial, sequences, captures, reverse, body }: Loop): readonly Tensor[] {
  const { graph } = elementAt(sequences, 0, 'sequence')
  return graph.apply(scanOperator, [...initial, ...sequences, ...captures], {
    states: initial.length,
    sequences: sequences.length,
    reverse,
    body,
  }).outputs
}

/** A list of as many tensors as another list has. */
type Alike<List extends readonly Tensor[]> = { readonly [K in keyof List]: Tensor }

/**
 * Repeats a step over the first axis of `sequences`, carrying states from step to step.
 *
 * @param parts.initial the states before the first step
 * @param parts.sequences one or more, [time, ...] each, of equal time; a step sees them without
 * that axis
 * @param parts.captures further tensors, which every step sees whole
 * @param parts.reverse runs from the last step to the first; outputs stay in the order of time
 * @param step builds one step: the states after it, and its outputs
 * @returns the states after the last step, and the steps' outputs, [time, ...] each
 * @throws LimbicError if the sequences differ in time, or a step changes the type of a state
 */
export function scan<
  const Initial extends readonly Tensor[],
  const Sequences extends readonly Tensor[],
  const Captures extends readonly Tensor[],
  const Outputs extends readonly Tensor[],
>(
  parts: {
    readonly initial: Initial
    readonly sequences: Sequences
    readonly captures: Captures
    readonly reverse?: boolean
  },
  step: (
    states: Alike<Initial>,
    inputs: Alike<Sequences>,
    captures: Alike<Captures>,
  ) => { readonly states: Alike<Initial>; readonly outputs: Outputs },
): { readonly states: Alike<Initial>; readonly outputs: Alike<Outputs> } {
  const { initial, sequences, captures, reverse = false } = parts
  const graph = new Graph()
  const take = (tensor: Tensor, kind: string, from: number) =>
    graph.input(graph.freshDimension(kind), tensor.dataType, tensor.shape.slice(from))
  const states = mapTuple(initial, (tensor) => take(tensor, 'state', 0))
  const steps = mapTuple(sequences, (tensor) => take(tensor, 'step', 1))
  const shared = mapTuple(captures, (tensor) => take(tensor, 'capture', 0))
  const result = step(states, steps, shared)
  const body = {
    graph,
    inputs: [...states, ...steps, ...shared],
    outputs: [...result.states, ...result.outputs],
  }
  const results = runScan({ initial, sequences, captures, reverse, body })
  return {
    states: mapTuple(initial, (_, place) => elementAt(results, place, 'state')),
    outputs: mapTuple(result.outputs, (_, place) =>
      elementAt(results, initial.length + place, 'output'),
    ),
  }
}
