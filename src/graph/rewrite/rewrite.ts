/**
 * Rewriting: between gradients and ONNX, a graph is replaced by an equivalent one that costs less.
 *
 * The rules are data (`rules`); a single walk from inputs to outputs applies them. It builds on the
 * side (`Graph.aside`), so that neither writing a model nor counting its operations changes the
 * graph.
 */
import { LimbicError } from '../../base/errors.js'
import { nodesInOrder } from '../order.js'
import { sameShape } from '../shape/shape.js'
import type { Node, Tensor } from '../tensor.js'
import { attentionAtOnce, averagesAtOnce } from './attention.js'
import { gradientAsConvolution } from './convolutions.js'
import { takenFromSteps } from './recurrent.js'
import type { Rule, Surroundings } from './rule.js'
import { sizesFromInputs } from './sizes.js'
import { neverStretched } from './stretches.js'
import { sumOfRows } from './sums.js'
import { transposedProduct, twoTranspositions } from './transposes.js'

/** All rules, in the order in which they are tried; the first that applies to a node is used. */
export const rules: readonly Rule[] = [
  twoTranspositions,
  transposedProduct,
  neverStretched,
  sumOfRows,
  gradientAsConvolution,
  attentionAtOnce,
  averagesAtOnce,
  ...sizesFromInputs,
]

const unknown: ReadonlyMap<string, number> = new Map()

/** A graph after rewriting. */
export interface Rewritten {
  /** The tensors that replace the outputs. */
  readonly outputs: readonly Tensor[]
  /** The tensor that replaces any tensor that leads to them. */
  now(tensor: Tensor): Tensor
}

/**
 * Applies all rules to the nodes that lead to `outputs`. Must be called within `aside` of their
 * graph.
 *
 * @param conditions.batch the expected batch size, 0 if unknown
 * @param conditions.isGiven whether a tensor exists before anything is computed
 * @param conditions.longest the largest expected sizes of open dimensions, if known
 */
export function rewrite(
  outputs: readonly Tensor[],
  {
    batch,
    isGiven,
    longest = unknown,
  }: {
    readonly batch: number
    isGiven(tensor: Tensor): boolean
    readonly longest?: ReadonlyMap<string, number>
  },
): Rewritten {
  const plain = nodesInOrder(outputs)
  const taken = takenFromSteps(plain, outputs, batch)
  const known = (tensor: Tensor) => taken.get(tensor) ?? tensor
  const order = taken.size > 0 ? nodesInOrder(outputs, known) : plain
  const reads = countReads(order, outputs, known)
  const changed = new Map<Tensor, Tensor>()
  const now = (tensor: Tensor) => {
    const same = known(tensor)
    return changed.get(same) ?? same
  }
  for (const node of order) {
    const inputs = node.inputs.map(now)
    const isSame = inputs.every((input, position) => input === node.inputs[position])
    const current = isSame ? node : inputs[0]?.graph.rewire(node, inputs)
    if (!current) continue
    const isReadOnce = (position: number) => {
      const read = node.inputs[position]
      return read !== undefined && reads.get(known(read)) === 1
    }
    const results = firstOf(rules, current, { isReadOnce, isGiven, longest }) ?? current.outputs
    if (results === node.outputs) continue
    for (const [position, output] of node.outputs.entries()) {
      const result = results[position]
      if (result) changed.set(output, checked(output, result))
    }
  }
  return { outputs: outputs.map(now), now }
}

function firstOf(
  all: readonly Rule[],
  node: Node,
  around: Surroundings,
): readonly Tensor[] | undefined {
  for (const { rewrite: apply } of all) {
    const results = apply(node, around)
    if (results) return results
  }
  return undefined
}

/** How often each tensor is an operand or an output. */
function countReads(
  order: readonly Node[],
  outputs: readonly Tensor[],
  known: (tensor: Tensor) => Tensor,
): ReadonlyMap<Tensor, number> {
  const reads = new Map<Tensor, number>()
  const read = (tensor: Tensor) => {
    const same = known(tensor)
    reads.set(same, (reads.get(same) ?? 0) + 1)
  }
  for (const { inputs } of order) inputs.forEach(read)
  outputs.forEach(read)
  return reads
}

/** Otherwise a rule that changes a type would fail only when the model runs. */
function checked(before: Tensor, after: Tensor): Tensor {
  if (before.dataType === after.dataType && sameShape(before.shape, after.shape)) return after
  throw new LimbicError('a rewriting rule changed the type of a tensor', {
    where: 'rewriting',
    expected: before.toString(),
    got: after.toString(),
  })
}
