/** What a rewriting rule is. */
import type { TensorType } from '../shape/shape.js'
import { isOf, type Node, type Operator, type Tensor } from '../tensor.js'

/** What a rule may know besides the node that it looks at. */
export interface Surroundings {
  /** Whether nothing else reads what the node reads at a position. */
  isReadOnce(position: number): boolean
  /** Whether a tensor is there before anything is computed. */
  isGiven(tensor: Tensor): boolean
  /** The largest sizes that open dimensions will have, where they are known. */
  readonly longest: ReadonlyMap<string, number>
}

/** A rule: what may stand in a node's place, at less cost. It changes no value beyond rounding. */
export interface Rule {
  /** One line for people. */
  readonly title: string
  /**
   * The tensors that take the place of the node's results, of the same types; undefined where the
   * rule has nothing to say.
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
