/**
 * What a graph consists of: tensors, nodes that compute them, and operators that nodes apply. These
 * types refer to each other and so share a file; `graph.ts` builds with them.
 */
import { LimbicError } from '../base/errors.js'
import { mapTuple } from '../base/tuples.js'
import type { OnnxAttributes, OnnxBody } from './onnx/attributes.js'
import {
  type DataType,
  type Dimension,
  formatShape,
  type Shape,
  type TensorType,
} from './shape/shape.js'

/** The origin of a tensor. */
export type Origin =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'constant'; readonly values: ArrayLike<number> }
  | { readonly kind: 'node'; readonly node: Node; readonly output: number }

/** The part of `Graph` that tensors and operators use. */
export interface TensorGraph {
  /** The input or parameter with a name. */
  named(name: string): Tensor | undefined
  input(name: string, dataType: DataType, shape: Shape): Tensor
  constant(values: ArrayLike<number>, shape: readonly number[], dataType: DataType): Tensor
  scalar(value: number, dataType?: DataType): Tensor
  dropoutMask(shape: Shape, probability: number, dataType?: 'float32' | 'uint8'): Tensor
  freshDimension(prefix: string): string
  dimensionSource(name: string): { readonly tensor: Tensor; readonly axis: number } | undefined
  apply<Attributes, Inputs extends readonly Tensor[], Types extends readonly TensorType[]>(
    operator: Operator<Attributes, Inputs, Types>,
    inputs: Inputs,
    attributes: Attributes,
  ): Node<Attributes, Inputs, Types>
  rewire(node: Node, inputs: readonly Tensor[]): Node
  aside<Result>(build: () => Result): Result
}

/** A symbolic tensor: a value that a graph computes when it runs, of known type. */
export class Tensor {
  constructor(
    readonly graph: TensorGraph,
    readonly id: number,
    readonly dataType: DataType,
    readonly shape: Shape,
    readonly origin: Origin,
  ) {}

  get rank(): number {
    return this.shape.length
  }

  /**
   * The size of one axis, which may be negative.
   *
   * @throws LimbicError if there is no such axis
   */
  size(axis: number): Dimension {
    const size = this.shape.at(axis)
    if (size === undefined) {
      throw new LimbicError('no such axis', {
        where: this.toString(),
        expected: `an axis of ${this.rank}`,
        got: String(axis),
      })
    }
    return size
  }

  /**
   * The size of one axis, which must be a number.
   *
   * @throws LimbicError if there is no such axis, or its size is known only at run time
   */
  fixedSize(axis: number): number {
    const size = this.size(axis)
    if (typeof size === 'number') return size
    throw new LimbicError('this axis must have a fixed size', {
      where: this.toString(),
      expected: `a number on axis ${axis}`,
      got: size,
    })
  }

  /**
   * The sizes of all axes, for a tensor that has exactly the axes named.
   *
   * @throws LimbicError if there are more axes or fewer
   */
  axes<Names extends readonly string[]>(
    ...names: Names
  ): { readonly [K in keyof Names]: Dimension } {
    if (names.length !== this.rank) {
      throw new LimbicError('a tensor has the wrong rank', {
        where: this.toString(),
        expected: formatShape(names),
        got: formatShape(this.shape),
      })
    }
    return mapTuple(names, (_, axis) => this.size(axis))
  }

  toString(): string {
    const name = 'name' in this.origin ? this.origin.name : `%${this.id}`
    return `${name} ${this.dataType}${formatShape(this.shape)}`
  }
}

/** An application of an operator to tensors. */
export class Node<
  Attributes = unknown,
  Inputs extends readonly Tensor[] = readonly Tensor[],
  Types extends readonly TensorType[] = readonly TensorType[],
> {
  readonly outputs: { readonly [K in keyof Types]: Tensor }

  /** @param register creates a tensor of the graph */
  constructor(
    readonly operator: Operator<Attributes, Inputs, Types>,
    readonly inputs: Inputs,
    readonly attributes: Attributes,
    readonly types: Types,
    register: (type: TensorType, origin: Origin) => Tensor,
  ) {
    this.outputs = mapTuple(types, (type, output) =>
      register(type, { kind: 'node', node: this, output }),
    )
  }
}

/** The types of an operator's results, one per result. */
export type OneResult = readonly [TensorType]
export type TwoResults = readonly [TensorType, TensorType]
export type ThreeResults = readonly [TensorType, TensorType, TensorType]

/**
 * One operator: its shape rule, its ONNX lowering and its gradient, side by side. `Attributes` are
 * plain data; two nodes of equal operator, inputs and attributes are one node. `Inputs` are its
 * operands, `Types` the types of its results, tuples wherever their number is fixed.
 */
export interface Operator<
  Attributes = unknown,
  Inputs extends readonly Tensor[] = readonly Tensor[],
  Types extends readonly TensorType[] = OneResult,
> {
  /** Unique among operators. */
  readonly name: string
  /** Whether it broadcasts its operands, as elementwise operators do. */
  readonly broadcasts?: boolean
  /** The types of the outputs. Calls `mistake` if the inputs do not fit. */
  infer(inputs: Inputs, attributes: Attributes, mistake: ShapeMistake): Types
  /** Writes ONNX nodes that compute `node.outputs`. */
  lower(node: Node<Attributes, Inputs, Types>, onnx: OnnxTarget): void
  /**
   * The gradient of a scalar with respect to each input, given its gradients with respect to each
   * output (undefined for an output that does not influence it); undefined for inputs that receive
   * none.
   */
  gradient?(
    node: Node<Attributes, Inputs, Types>,
    outputGradients: { readonly [K in keyof Types]: Tensor | undefined },
  ): readonly (Tensor | undefined)[]
  /** The types of large temporary tensors of a run. */
  workspace?(node: Node<Attributes, Inputs, Types>): readonly TensorType[]
  /** Floating-point operations of one run; by default one per output element. */
  flops?(node: Node<Attributes, Inputs, Types>, size: (shape: Shape) => number): number
}

/** Throws an error that names the operator and the operand. */
export type ShapeMistake = (operand: string, expected: string, got: string) => never

/** The body of a loop: a graph with its inputs and outputs. */
export interface GraphBody {
  readonly graph: TensorGraph
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
}

/** What an operator's lowering may use; see `onnx/lowering.ts`. */
export interface OnnxTarget {
  /** Whether to avoid what newer operator sets introduced; see `onnx/opset.ts`. */
  readonly older: boolean
  /** The ONNX name of a tensor; the node that produces it is written first. */
  value(tensor: Tensor): string
  /** The ONNX names of several tensors. */
  values(tensors: readonly Tensor[]): string[]
  /** Writes one ONNX node and returns the name of its result. */
  emit(operator: string, inputs: readonly string[], attributes?: OnnxAttributes): string
  /** Writes one ONNX node with several results and returns their names. */
  emitSeveral(
    count: number,
    operator: string,
    inputs: readonly string[],
    attributes?: OnnxAttributes,
  ): string[]
  /** Writes one ONNX node whose results are these tensors; undefined for results not needed. */
  write(
    outputs: readonly (Tensor | undefined)[],
    operator: string,
    inputs: readonly string[],
    attributes?: OnnxAttributes,
  ): void
  /** The name of a constant. */
  constant(dataType: DataType, shape: readonly number[], values: ArrayLike<number>): string
  /** The name of an int64 vector with the sizes of `shape` at run time. */
  sizes(shape: Shape): string
  /** Whether anything to be computed reads this tensor. */
  isUsed(tensor: Tensor): boolean
  /** Writes the body of a loop or a branch; `captures` names its inputs that are values of this graph. */
  body(body: GraphBody, captures: ReadonlyMap<Tensor, string>): OnnxBody
}

/** Whether a node applies an operator. */
export function isOf<
  Attributes,
  Inputs extends readonly Tensor[],
  Types extends readonly TensorType[],
>(
  node: Node,
  operator: Operator<Attributes, Inputs, Types>,
): node is Node<Attributes, Inputs, Types> {
  return node.operator === operator
}

/** The node that computes a tensor, if it applies the given operator. */
export function producer<
  Attributes,
  Inputs extends readonly Tensor[],
  Types extends readonly TensorType[],
>(
  { origin }: Tensor,
  operator: Operator<Attributes, Inputs, Types>,
): Node<Attributes, Inputs, Types> | undefined {
  return origin.kind === 'node' && isOf(origin.node, operator) ? origin.node : undefined
}

/**
 * Applies an operator in the graph of its first operand.
 *
 * @throws LimbicError if an operand is not a tensor, belongs to another graph, or does not fit
 */
export function applyOperator<
  Attributes,
  Inputs extends readonly [Tensor, ...Tensor[]],
  Types extends readonly TensorType[],
>(
  operator: Operator<Attributes, Inputs, Types>,
  inputs: Inputs,
  attributes: Attributes,
): Node<Attributes, Inputs, Types> {
  const [first] = inputs
  if (!(first instanceof Tensor)) throw notATensor(operator.name, 0, first)
  return first.graph.apply(operator, inputs, attributes)
}

/** The error for untyped code that passes something other than a tensor. */
export function notATensor(operator: string, position: number, got: unknown): LimbicError {
  return new LimbicError('an operand is not a tensor', {
    where: `operator ${operator}, operand ${position}`,
    got: got === undefined ? 'nothing' : typeof got,
  })
}
