/** A loop over time inside the graph. */
import { pullBack } from '../../gradients.js'
import { Graph, type GraphBody, int, ints, type Operator, type Tensor } from '../../graph.js'
import { type Dimension, formatShape, sameShape, type TensorType } from '../../shape/shape.js'
import { add } from '../algebra/arithmetic.js'
import { concat, unsqueeze, zerosLike } from '../layout/layout.js'
import { slice } from '../layout/slices.js'

interface ScanAttributes {
  readonly states: number
  readonly sequences: number
  readonly reverse: boolean
  readonly body: GraphBody
}

const scanOperator: Operator<ScanAttributes> = {
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
    const captures = new Map(
      body.inputs
        .slice(loop)
        .map((input, position) => [input, onnx.value(node.input(loop + position))]),
    )
    const direction = reverse ? 1 : 0
    // What nothing reads is not computed either.
    const kept = node.outputs.flatMap((output, position) =>
      position < states || onnx.isUsed(output) ? [position] : [],
    )
    const produced = kept.length - states
    const given = kept.map((position) => body.outputs[position] as Tensor)
    onnx.emit(
      'Scan',
      node.inputs.slice(0, loop).map((input) => onnx.value(input)),
      {
        outputs: kept.map((position) => onnx.value(node.output(position))),
        attributes: {
          body: onnx.body(
            { ...body, inputs: body.inputs.slice(0, loop), outputs: given },
            captures,
          ),
          num_scan_inputs: int(sequences),
          scan_input_directions: ints(Array(sequences).fill(direction)),
          ...(produced > 0 && {
            scan_output_directions: ints(Array(produced).fill(direction)),
          }),
        },
      },
    )
  },
  gradient(node, gradientsOut) {
    const { states, sequences, reverse, body } = node.attributes
    const { graph } = node.output()
    const loop = states + sequences
    const captured = node.inputs.slice(loop)
    // The states at the start of each step are what the backward loop recomputes the step from.
    const starts = collectStarts(node.inputs.slice(0, loop), node.attributes, captured)
    const finals = node.outputs
      .slice(0, states)
      .map((output, i) => gradientsOut[i] ?? zerosLike(output))
    const emitted = node.outputs
      .slice(states)
      .map((output, i) => gradientsOut[states + i] ?? zerosLike(output))
    const totals = captured.map((capture) => zerosLike(capture))
    const backward = buildBackward(body, states, sequences)
    const results = runScan(graph, {
      initial: [...finals, ...totals],
      sequences: [...starts, ...node.inputs.slice(states, loop), ...emitted],
      captures: captured,
      reverse: !reverse,
      body: backward,
    })
    const toStates = results.slice(0, states)
    const toCaptures = results.slice(states, states + captured.length)
    return [...toStates, ...results.slice(states + captured.length), ...toCaptures]
  },
  flops(node, size) {
    const steps = size([node.input(node.attributes.states).size(0)])
    return steps * bodyFlops(node.attributes.body, size)
  },
}

function bodyFlops(body: GraphBody, size: (shape: readonly Dimension[]) => number): number {
  let total = 0
  const seen = new Set<Tensor>()
  const visit = (tensor: Tensor) => {
    if (seen.has(tensor) || tensor.origin.kind !== 'node') return
    const { node } = tensor.origin
    for (const output of node.outputs) seen.add(output)
    total += node.operator.flops?.(node, size) ?? size(node.output().shape)
    node.inputs.forEach(visit)
  }
  body.outputs.forEach(visit)
  return total
}

/** Runs the loop once more for its states before each step: [time, ...state] each. */
function collectStarts(
  inputs: readonly Tensor[],
  { states, reverse, body }: ScanAttributes,
  captured: readonly Tensor[],
): Tensor[] {
  if (states === 0) return []
  const { graph } = inputs[0] as Tensor
  const results = runScan(graph, {
    initial: inputs.slice(0, states),
    sequences: inputs.slice(states),
    captures: captured,
    reverse,
    body: {
      ...body,
      outputs: [...body.outputs.slice(0, states), ...body.outputs.slice(0, states)],
    },
  })
  return results.slice(states).map((after, position) => {
    const first = unsqueeze(inputs[position] as Tensor, 0)
    return reverse
      ? concat([slice(after, 0, 1), first], 0)
      : concat([first, slice(after, 0, 0, -1)], 0)
  })
}

/**
 * The body of the backward loop. It carries the gradients of the states and the running sums of
 * those of the captured values; each step takes the states before the step, the step's inputs and
 * the gradients of what the step gave out.
 */
function buildBackward(body: GraphBody, states: number, sequences: number): GraphBody {
  const { graph } = body
  const loop = states + sequences
  const captures = body.inputs.slice(loop)
  const like = (model: Tensor, name: string) =>
    graph.input(graph.freshDimension(name), model.dataType, model.shape)
  const stateGradients = body.outputs.slice(0, states).map((output) => like(output, 'state'))
  const totals = captures.map((capture) => like(capture, 'total'))
  const emitted = body.outputs.slice(states).map((output) => like(output, 'emitted'))
  const pulled = pullBack(body.outputs, [...stateGradients, ...emitted], body.inputs)
  const found = body.inputs.map((input, position) => pulled[position] ?? zerosLike(input))
  return {
    graph,
    inputs: [...stateGradients, ...totals, ...body.inputs.slice(0, loop), ...emitted, ...captures],
    outputs: [
      ...found.slice(0, states),
      ...totals.map((total, position) => add(total, found[loop + position] as Tensor)),
      ...found.slice(states, loop),
    ],
  }
}

interface ScanParts {
  readonly initial: readonly Tensor[]
  readonly sequences: readonly Tensor[]
  readonly captures: readonly Tensor[]
  readonly reverse: boolean
  readonly body: GraphBody
}

function runScan(graph: Graph, parts: ScanParts): readonly Tensor[] {
  const { initial, sequences, captures, reverse, body } = parts
  return graph.apply(scanOperator, [...initial, ...sequences, ...captures], {
    states: initial.length,
    sequences: sequences.length,
    reverse,
    body,
  }).outputs
}

/**
 * Repeats a step over the first axis of `sequences`, carrying states from step to step.
 *
 * @param initial the states before the first step
 * @param sequences [time, ...] each, all of the same time; a step sees them without that axis
 * @param captures further tensors that every step sees whole
 * @param step builds one step: states after it, and what it gives out
 * @param reverse go from the last step to the first; what is given out stays in the order of time
 * @returns the states after the last step, and what the steps gave out, [time, ...] each
 */
export function scan(
  {
    initial,
    sequences,
    captures = [],
    reverse = false,
  }: {
    readonly initial: readonly Tensor[]
    readonly sequences: readonly [Tensor, ...Tensor[]]
    readonly captures?: readonly Tensor[]
    readonly reverse?: boolean
  },
  step: (
    states: readonly Tensor[],
    inputs: readonly Tensor[],
    captures: readonly Tensor[],
  ) => { readonly states: readonly Tensor[]; readonly outputs: readonly Tensor[] },
): { readonly states: readonly Tensor[]; readonly outputs: readonly Tensor[] } {
  const graph = new Graph()
  const take = (tensor: Tensor, kind: string, from: number) =>
    graph.input(graph.freshDimension(kind), tensor.dataType, tensor.shape.slice(from))
  const states = initial.map((tensor) => take(tensor, 'state', 0))
  const steps = sequences.map((tensor) => take(tensor, 'step', 1))
  const shared = captures.map((tensor) => take(tensor, 'capture', 0))
  const result = step(states, steps, shared)
  const body = {
    graph,
    inputs: [...states, ...steps, ...shared],
    outputs: [...result.states, ...result.outputs],
  }
  const outputs = runScan(sequences[0].graph, { initial, sequences, captures, reverse, body })
  return { states: outputs.slice(0, initial.length), outputs: outputs.slice(initial.length) }
}
