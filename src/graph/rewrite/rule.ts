/** What a rewriting rule is. */
import type { TensorType } from '../shape/shape.js'
import { isOf, type Node, type Operator, type Tensor } from '../tensor.js'

/** What a rule may ask about the graph around a node. */
export interface Surroundings {
  /** Whether the operand at a position has no other reader. */
  isReadOnce(position: number): boolean
  /** Whether a tensor exists before anything is computed. */
  isGiven(tensor: Tensor): boolean
  /** The largest expected sizes of open dimensions, if known. */
  readonly longest: ReadonlyMap<string, number>
}

/** A rule: a cheaper replacement for a node, of equal value up to rounding. */
export interface Rule {
  /** What the rule says, in one line. */
  readonly title: string
  /**
   * The tensors that replace the node's results, of the same types; undefined if the rule does not
   * apply.
   */
  rewrite(node: Node, around: Surroundings): readonly Tensor[] | undefined
}

/** A rule about one operator. */
export function ruleOf<
  Attributes,
  Inputs extends readonly Tensor[],
  Types extends readonly TensorType[],
>(
  title: string,
  operator: Operator<Attributes, Inputs, Types>,
  rewrite: (
    node: Node<Attributes, Inputs, Types>,
    around: Surroundings,
  ) => readonly Tensor[] | undefined,
): Rule {
  return {
    title,
    rewrite: (node, around) => (isOf(node, operator) ? rewrite(node, around) : undefined),
  }
}
