/**
 * What all kinds of recurrent layers share. Lanes are one operator, computed by ONNX's own layers
 * or by steps in a loop; a gradient always comes from such steps.
 */
import { elementAt } from '../../../base/lookup.js'
import type { TensorType } from '../../shape/shape.js'
import type { Node, Operator, Tensor } from '../../tensor.js'
import { squeeze } from '../layout/axes.js'
import { fromColumns } from '../layout/columns.js'
import { split } from '../layout/concat.js'
import { transpose } from '../layout/transpose.js'
import {
  inferLanes,
  type Lane,
  type LaneOperands,
  laneInputs,
  lanesOf,
  type RecurrentAttributes,
  type RecurrentSizes,
} from './lanes.js'
import { laneFlops, lowerLane, type NativeOperator } from './native.js'
import {
  initialState,
  laneResults,
  readingOrder,
  stepGradients,
  together,
} from './recurrent-steps.js'

/** Lanes computed step by step, each in its reading order, with what the gradient needs. */
export interface Steps {
  /**
   * The fraction of its state that each step keeps: [time, lanes, hidden, batch]. Every gradient
   * reads it.
   */
  readonly kept: Tensor
  /** For each state, each lane's values after each step: [time, 1, hidden, batch]. */
  readonly after: readonly (readonly Tensor[])[]
}

/** Steps of a kind, with what every kind has. */
export type Unrolled<Own extends Steps> = Own & {
  /** Each lane's input in its reading order: [time, batch, width]. */
  readonly inputs: readonly Tensor[]
  /** The results of the node, computed from the steps. */
  readonly results: readonly Tensor[]
}

/** What distinguishes one kind of layer from another. */
export interface RecurrentKind<Own extends Steps> extends RecurrentSizes {
  readonly name: string
  readonly native: NativeOperator
  /**
   * The size of a lane's state (batch x hidden) from which the loop is faster than ONNX Runtime's
   * own layer; absent if it never is.
   */
  readonly stepsFrom?: number
  /**
   * Computes all lanes step by step.
   *
   * @param inputs each lane's input in its reading order: [time, batch, width]
   * @param initial the first value of each state: [lanes, hidden, batch]
   */
  forward(lanes: readonly Lane[], inputs: readonly Tensor[], initial: readonly Tensor[]): Own
  /**
   * The backward pass through the steps.
   *
   * @param upstream for each state, the gradients of its values after each step by lane, [time, 1,
   * hidden, batch]; empty for a state (other than the first) whose values nothing reads
   * @returns the gradients of each lane's operands, and of the first value of each state
   */
  backward(
    lanes: readonly Lane[],
    steps: Unrolled<Own>,
    upstream: readonly (readonly Tensor[])[],
  ): {
    readonly operands: readonly Readonly<Record<keyof LaneOperands, Tensor>>[]
    readonly initial: readonly Tensor[]
  }
}

export type RecurrentNode = Node<RecurrentAttributes, readonly Tensor[], readonly TensorType[]>

/** A kind of recurrent layer as an operator. */
export interface RecurrentOperator {
  readonly operator: Operator<RecurrentAttributes, readonly Tensor[], readonly TensorType[]>
  readonly stepsFrom: number
  /** The steps that a gradient of this node uses, if there is one. */
  differentiated(node: RecurrentNode): Unrolled<Steps> | undefined
  /** The node's lanes computed step by step. */
  unroll(node: RecurrentNode): Unrolled<Steps>
  /** The node's results that only its steps compute. */
  onlyFromSteps(node: RecurrentNode): readonly Tensor[]
  /** Applies the operator; returns for each lane outputs, last states, and the steps of the other states. */
  apply(lanes: readonly AppliedLane[], lengths: Tensor | undefined): readonly (readonly Tensor[])[]
}

/** A lane to apply. */
export interface AppliedLane extends LaneOperands {
  readonly reversed?: boolean
  /** The initial value of each state, or none. */
  readonly first: readonly Tensor[]
}

/** The operator of a kind of recurrent layer. */
export function recurrentOperator<Own extends Steps>(kind: RecurrentKind<Own>): RecurrentOperator {
  const differentiated = new WeakMap<RecurrentNode, Unrolled<Own>>()
  // The steps of the first state and the last of each state, which ONNX's layers also return; then the
  // steps of every other state, which only the loop gives.
  const fromLayer = 1 + kind.states
  const resultsALane = 2 * kind.states
  const states = Array.from({ length: kind.states }, (_, state) => state)
  const lanesIn = ({ inputs, attributes }: RecurrentNode) => lanesOf(inputs, attributes, kind)

  const unroll = (node: RecurrentNode): Unrolled<Own> => {
    const lanes = lanesIn(node)
    const inputs = lanes.map((lane) => readingOrder(lane.input, lane.reversed, lane.lengths))
    const initial = states.map((state) => together(lanes.map((lane) => initialState(lane, state))))
    const steps = kind.forward(lanes, inputs, initial)
    const results = lanes.flatMap((lane) => {
      const after = steps.after.map((each) => {
        const columns = elementAt(each, lane.index, 'lane')
        return fromColumns(squeeze(columns, 1))
      })
      return laneResults(lane, after)
    })
    return { ...steps, inputs, results }
  }

  const operator: RecurrentOperator['operator'] = {
    name: kind.name,
    infer: (inputs, attributes, mistake) => inferLanes(inputs, attributes, kind, mistake),
    lower(node, onnx) {
      for (const lane of lanesIn(node)) {
        const start = lane.index * resultsALane
        const outputs = node.outputs.slice(start, start + fromLayer)
        if (outputs.some((output) => onnx.isUsed(output)))
          lowerLane(lane, outputs, kind.native, onnx)
      }
    },
    gradient(node, gradients) {
      const steps = differentiated.get(node) ?? unroll(node)
      differentiated.set(node, steps)
      const lanes = lanesIn(node)
      const upstream = states.map((state) => {
        const placeOfSteps = state === 0 ? 0 : kind.states + state
        const toResult = (lane: Lane, place: number) => gradients[lane.index * resultsALane + place]
        const toSteps = (lane: Lane) => toResult(lane, placeOfSteps)
        const toLast = (lane: Lane) => toResult(lane, 1 + state)
        if (state > 0 && !lanes.some((lane) => toSteps(lane) ?? toLast(lane))) return []
        return lanes.map((lane) => {
          const outputs = elementAt(node.outputs, lane.index * resultsALane, 'output')
          return stepGradients(outputs, lane, toSteps(lane), toLast(lane))
        })
      })
      const { operands, initial } = kind.backward(lanes, steps, upstream)
      const parts = initial.map((state) => {
        const ones = lanes.map(() => 1)
        return split(state, ones, 0).map((part) => transpose(squeeze(part, 0)))
      })
      const toInitial = lanes.flatMap(({ index }) => parts.map((part) => part[index]))
      return [
        ...laneInputs(operands, undefined, []),
        ...(node.attributes.hasLengths ? [undefined] : []),
        ...(node.attributes.hasInitial ? toInitial : []),
      ]
    },
    flops: (node, size) => laneFlops(lanesIn(node), size),
  }

  return {
    operator,
    stepsFrom: kind.stepsFrom ?? Infinity,
    differentiated: (node) => differentiated.get(node),
    unroll,
    onlyFromSteps: ({ outputs }) => outputs.filter((_, place) => place % resultsALane >= fromLayer),
    apply(lanes, lengths) {
      const [one] = lanes
      if (!one) return []
      const initial = lanes.flatMap(({ first }) => first)
      const { outputs } = one.input.graph.apply(operator, laneInputs(lanes, lengths, initial), {
        reversed: lanes.map(({ reversed = false }) => reversed),
        hasLengths: lengths !== undefined,
        hasInitial: initial.length > 0,
      })
      return lanes.map((_, lane) => outputs.slice(lane * resultsALane, (lane + 1) * resultsALane))
    },
  }
}
