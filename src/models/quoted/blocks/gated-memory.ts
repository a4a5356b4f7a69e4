/** The multi-view gated memory of MFN and Graph-MFN. */
import {
  add,
  affine,
  concat,
  dropout,
  expand,
  fromColumns,
  matmul,
  multiply,
  relu,
  type Shape,
  scan,
  sigmoid,
  slice,
  split,
  type Tensor,
  toColumns,
  unsqueeze,
} from '../../../graph/index.js'
import { linearParameters } from '../../../nn/layers/linear.js'
import { perceptron } from '../../../nn/layers/perceptron.js'
import type { Scope } from '../../../nn/scope.js'

/** A gate: a perceptron with one hidden layer, then a sigmoid. */
export interface GateSettings {
  readonly units: number
  /** Dropout on the hidden layer. */
  readonly dropout: number
}

export interface GatedMemorySettings {
  /** Width of the vectors that the gates read at each step. */
  readonly inputs: number
  /** Width of the memory. */
  readonly memory: number
  /** The gate on the old memory, and the gate on the proposal. */
  readonly retain: GateSettings
  readonly update: GateSettings
  /** Whether the gates also read the memory. */
  readonly seesMemory: boolean
}

/**
 * @param seen [batch, time, inputs]
 * @param proposals [batch, time, memory]
 * @returns the memory after each step, [batch, time, memory]
 */
export type GatedMemory = (seen: Tensor, proposals: Tensor) => Tensor

/**
 * A memory u that starts at zero and becomes u := g1 * u + g2 * p at each step, where p is the
 * proposal of the step. The gates g1 (`retain`) and g2 (`update`) read the input and, with
 * `seesMemory`, u itself. Parameters: `retain.fc1`, `retain.fc2`, `update.fc1`, `update.fc2`.
 */
export function gatedMemory(scope: Scope, settings: GatedMemorySettings): GatedMemory {
  return settings.seesMemory ? seeingMemory(scope, settings) : blindMemory(scope, settings)
}

/** Gates that do not read the memory: those of all steps are computed at once. */
function blindMemory(
  scope: Scope,
  { inputs, memory, retain, update }: GatedMemorySettings,
): GatedMemory {
  const keep = perceptron(scope.child('retain'), { ...retain, inputs, outputs: memory })
  const write = perceptron(scope.child('update'), { ...update, inputs, outputs: memory })
  return (seen, proposals) => {
    const written = multiply(sigmoid(write(seen)), proposals)
    const sequences = [toColumns(sigmoid(keep(seen))), toColumns(written)] as const
    const { outputs } = scan(
      { initial: [zeros(proposals)], sequences, captures: [] },
      ([before], [gate, addition]) => {
        const after = add(multiply(gate, before), addition)
        return { states: [after], outputs: [after] }
      },
    )
    return fromColumns(outputs[0])
  }
}

/** Gates that read the memory: the loop computes only the part that depends on it. */
function seeingMemory(
  scope: Scope,
  { inputs, memory, ...gates }: GatedMemorySettings,
): GatedMemory {
  const declare = (name: 'retain' | 'update') => {
    const { units, dropout: probability } = gates[name]
    const first = linearParameters(scope.child(name).child('fc1'), {
      inputs: inputs + memory,
      units,
    })
    return {
      ...{ units, probability },
      weight: slice(first.weight, 1, 0, inputs),
      bias: first.bias,
      ofMemory: slice(first.weight, 1, inputs),
      last: linearParameters(scope.child(name).child('fc2'), { inputs: units, units: memory }),
    }
  }
  const both = [declare('retain'), declare('update')] as const
  const [retain, update] = both
  const units = [retain.units, update.units] as const
  const drops = scope.training && both.some(({ probability }) => probability > 0)
  return (seen, proposals) => {
    const weight = concat([retain.weight, update.weight], 0)
    const sums = toColumns(affine(seen, weight, concat([retain.bias, update.bias], 0)))
    const [time, , batch] = sums.axes('time', 'units', 'batch')
    const masks = both.map((gate) =>
      dropout(ones(seen, [time, gate.units, batch]), gate.probability),
    )
    const { outputs } = scan(
      {
        initial: [zeros(proposals)],
        sequences: [sums, toColumns(proposals), ...(drops ? [concat(masks, 1)] : [])],
        captures: [
          concat([retain.ofMemory, update.ofMemory], 0),
          retain.last.weight,
          unsqueeze(retain.last.bias, 1),
          update.last.weight,
          unsqueeze(update.last.bias, 1),
        ],
      },
      (
        [before],
        [sum, proposal, mask],
        [ofMemory, retaining, retainBias, updating, updateBias],
      ) => {
        const active = relu(add(sum, matmul(ofMemory, before)))
        const hidden = split(mask ? multiply(active, mask) : active, units, 0)
        const kept = sigmoid(add(matmul(retaining, hidden[0]), retainBias))
        const written = sigmoid(add(matmul(updating, hidden[1]), updateBias))
        const after = add(multiply(kept, before), multiply(written, proposal))
        return { states: [after], outputs: [after] }
      },
    )
    return fromColumns(outputs[0])
  }
}

const ones = (like: Tensor, shape: Shape): Tensor => expand(like.graph.scalar(1), shape)

/** The memory before the first step, [memory, batch]. */
function zeros(proposals: Tensor): Tensor {
  return expand(proposals.graph.scalar(0), [proposals.size(2), proposals.size(0)])
}
