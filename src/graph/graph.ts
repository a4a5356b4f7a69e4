import { LimbicError } from '../base/errors.js'
import {
  type DataType,
  type Dimension,
  elementCount,
  formatShape,
  type Shape,
  type TensorType,
} from './shape/shape.js'

/**
 * One operator: its shape rule, its ONNX lowering and its gradient, side by side.
 * `Attributes` are plain data; two nodes of equal operator, inputs and attributes are one node.
 */
export interface Operator<Attributes> {
  readonly name: string
  /** Types of the outputs. Calls `mistake` where the inputs do not fit. */
  infer(
    inputs: readonly Tensor[],
    attributes: Attributes,
    mistake: ShapeMistake,
  ): readonly TensorType[]
  /** Writes ONNX nodes that compute `node.outputs`. */
  lower(node: Node<Attributes>, onnx: OnnxTarget): void
  /**
   * The gradient of a scalar with respect to each input, given that with respect to each output
   * (undefined where an output has no influence); undefined for inputs that receive none.
   */
  gradient?(
    node: Node<Attributes>,
    outputGradients: readonly (Tensor | undefined)[],
  ): readonly (Tensor | undefined)[]
  /**
   * Tensors from which `lower` will take the node's outputs instead of computing them, where what
   * else is needed, or the size of the batches (0 where nobody can tell), makes that the cheaper way.
   */
  substitutes?(
    node: Node<Attributes>,
    isUsed: (tensor: Tensor) => boolean,
    batch: number,
  ): readonly Tensor[]
  /** Floating-point operations of one run; counted as one an output element where absent. */
  flops?(node: Node<Attributes>, size: (shape: Shape) => number): number
}

/** Stops the building of a graph: names the operator and the operand. */
export type ShapeMistake = (operand: string, expected: string, got: string) => never

/** What an operator may do while it writes itself as ONNX; see `onnx/lowering.ts`. */
export interface OnnxTarget {
  /** The ONNX name of a tensor; whatever produces it is written first. */
  value(tensor: Tensor): string
  /** Writes one ONNX node and returns the names of its outputs (fresh ones unless given). */
  emit(
    operator: string,
    inputs: readonly string[],
    options?: {
      readonly outputs?: readonly string[] | number
      readonly attributes?: Readonly<Record<string, OnnxAttribute>>
      readonly domain?: string
    },
  ): string[]
  /** The name of a constant. */
  constant(dataType: DataType, shape: readonly number[], values: ArrayLike<number>): string
  /** The name of an int64 vector that holds the sizes of `shape` when the graph runs. */
  sizes(shape: Shape): string
  /** Whether anything that will be computed needs this tensor. */
  isUsed(tensor: Tensor): boolean
  /** Writes a body (of a loop or a branch) whose inputs named in `captures` are values of this graph. */
  body(body: GraphBody, captures: ReadonlyMap<Tensor, string>): OnnxBody
}

/** A written body, opaque to operators: it goes into a node as an attribute. */
export interface OnnxBody {
  readonly kind: 'body'
  readonly content: unknown
}

/** Attributes of ONNX nodes carry their kind, since a JavaScript number does not tell. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | OnnxBody

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value })
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value })
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value })
export const text = (value: string): OnnxAttribute => ({ kind: 'text', value })

/** A graph with named ends: the body of a loop. */
export interface GraphBody {
  readonly graph: Graph
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
}

/** Where a tensor comes from. */
export type Origin =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'constant'; readonly values: ArrayLike<number> }
  | { readonly kind: 'node'; readonly node: Node; readonly output: number }

/** A symbolic tensor: a value that a graph will compute, of known type, not yet of known content. */
export class Tensor {
  constructor(
    readonly graph: Graph,
    readonly id: number,
    readonly dataType: DataType,
    readonly shape: Shape,
    readonly origin: Origin,
  ) {}

  get rank(): number {
    return this.shape.length
  }

  /** The size of one axis, which may be counted from the end. */
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

  toString(): string {
    const name = 'name' in this.origin ? this.origin.name : `%${this.id}`
    return `${name} ${this.dataType}${formatShape(this.shape)}`
  }
}

/** One application of an operator. */
export class Node<Attributes = unknown> {
  readonly outputs: readonly Tensor[]

  constructor(
    graph: Graph,
    readonly operator: Operator<Attributes>,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes,
    types: readonly TensorType[],
  ) {
    this.outputs = types.map(({ dataType, shape }, output) =>
      graph.register(dataType, shape, { kind: 'node', node: this, output }),
    )
  }

  /** An input that the operator's shape rule has made sure of. */
  input(position: number): Tensor {
    return present(this.inputs[position], this.operator.name)
  }

  /** An output that the operator is known to have. */
  output(position = 0): Tensor {
    return present(this.outputs[position], this.operator.name)
  }
}

/** How a parameter gets its first values; see `nn/initialise.ts`. */
export interface Initialiser {
  fill(values: Float32Array, shape: readonly number[], seed: number, name: string): void
}

export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly tensor: Tensor
  readonly initialiser: Initialiser
  /** False for buffers (running statistics): stored with the weights, not trained. */
  readonly trainable: boolean
}

/**
 * A dropout mask: an input that the trainer fills, with 0 and 1 / (1 - probability), or, where it is
 * of bytes, with bits, 0 for what is dropped (see `operators/bits.ts`).
 */
export interface DropoutMask {
  readonly name: string
  readonly tensor: Tensor
  readonly probability: number
}

/** A static graph under construction. */
export class Graph {
  readonly inputs = new Map<string, Tensor>()
  readonly parameters = new Map<string, Parameter>()
  readonly dropoutMasks: DropoutMask[] = []
  /** New values for parameters that a step changes otherwise than by their gradient (running statistics). */
  readonly updates = new Map<string, Tensor>()
  readonly #dimensionSources = new Map<string, { tensor: Tensor; axis: number }>()
  readonly #known = new Map<string, Node>()
  readonly #scalars = new Map<string, Tensor>()
  readonly #unique = new WeakMap<object, number>()
  #tensors = 0
  #fresh = 0
  #uniques = 0

  /** A value that is fed at every run. */
  input(name: string, dataType: DataType, shape: Shape): Tensor {
    if (this.inputs.has(name) || this.parameters.has(name)) {
      throw new LimbicError(`the name "${name}" is taken`, { where: 'graph input' })
    }
    const tensor = this.register(dataType, shape, { kind: 'input', name })
    this.inputs.set(name, tensor)
    return tensor
  }

  /** A trainable value (or, with `trainable` false, a buffer), under a name that is its key in a checkpoint. */
  parameter(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    trainable = true,
  ): Tensor {
    if (this.inputs.has(name) || this.parameters.has(name)) {
      throw new LimbicError(`the name "${name}" is taken`, {
        where: 'graph parameter',
        hint: 'Declare a layer once and apply it many times, or give it a scope of its own',
      })
    }
    const tensor = this.register('float32', shape, { kind: 'parameter', name })
    this.parameters.set(name, { name, shape, tensor, initialiser, trainable })
    return tensor
  }

  /** Known numbers, row by row. */
  constant(values: ArrayLike<number>, shape: readonly number[], dataType: DataType): Tensor {
    const count = elementCount(shape)
    if (values.length !== count) {
      throw new LimbicError('a constant of the wrong size', {
        where: `shape ${formatShape(shape)}`,
        expected: `${count} values`,
        got: String(values.length),
      })
    }
    return this.register(dataType, shape, { kind: 'constant', values })
  }

  /** A known number of shape []; equal ones are one tensor. */
  scalar(value: number, dataType: DataType = 'float32'): Tensor {
    const key = `scalar ${dataType} ${Object.is(value, -0) ? '-0' : value}`
    const known = this.#scalars.get(key)
    if (known) return known
    const tensor = this.constant([value], [], dataType)
    this.#scalars.set(key, tensor)
    return tensor
  }

  /** A dropout mask of a shape: see `DropoutMask`. */
  dropoutMask(
    shape: Shape,
    probability: number,
    dataType: 'float32' | 'uint8' = 'float32',
  ): Tensor {
    const name = `dropout.${this.dropoutMasks.length}`
    const tensor = this.register(dataType, shape, { kind: 'input', name })
    this.dropoutMasks.push({ name, tensor, probability })
    return tensor
  }

  /** Applies an operator; an equal node that exists already is used again. */
  apply<Attributes>(
    operator: Operator<Attributes>,
    inputs: readonly Tensor[],
    attributes: Attributes,
  ): Node<Attributes> {
    inputs.forEach((input, position) => {
      if (input.graph !== this) {
        throw new LimbicError('a tensor of another graph', {
          where: `operator ${operator.name}, operand ${position}`,
          got: input.toString(),
        })
      }
    })
    const key = `${operator.name}(${inputs.map(({ id }) => id)})${this.#fingerprint(attributes)}`
    const known = this.#known.get(key)
    if (known) return known as Node<Attributes>
    const mistake: ShapeMistake = (operand, expected, got) => {
      throw new LimbicError(`operand ${operand} does not fit`, {
        where: `operator ${operator.name}(${inputs.map(String).join('; ')})`,
        expected,
        got,
      })
    }
    const node = new Node(
      this,
      operator,
      inputs,
      attributes,
      operator.infer(inputs, attributes, mistake),
    )
    this.#known.set(key, node as Node)
    return node
  }

  /** A dimension name that stands for a size which only the run will tell. */
  freshDimension(prefix: string): string {
    return `${prefix}#${this.#fresh++}`
  }

  /** A tensor and an axis that show, when the graph runs, what a dimension name stands for. */
  dimensionSource(name: string): { readonly tensor: Tensor; readonly axis: number } | undefined {
    return this.#dimensionSources.get(name)
  }

  /** A new tensor of this graph; inputs, constants and nodes come by it. */
  register(dataType: DataType, shape: Shape, origin: Origin): Tensor {
    const tensor = new Tensor(this, this.#tensors++, dataType, shape, origin)
    shape.forEach((size, axis) => {
      if (typeof size === 'string' && !this.#dimensionSources.has(size)) {
        this.#dimensionSources.set(size, { tensor, axis })
      }
    })
    return tensor
  }

  /** Plain attributes by content, graphs inside them by identity. */
  #fingerprint(attributes: unknown): string {
    return JSON.stringify(attributes, (_, value: unknown) => {
      if (!(value instanceof Graph) && !(value instanceof Tensor)) {
        return value === Infinity ? '+inf' : value === -Infinity ? '-inf' : value
      }
      let number = this.#unique.get(value)
      if (number === undefined) {
        number = this.#uniques++
        this.#unique.set(value, number)
      }
      return `#${number}`
    })
  }
}

function present<Value>(value: Value | undefined, operator: string): Value {
  if (value === undefined)
    throw new LimbicError(`operator ${operator} lacks an operand or a result`)
  return value
}

/** The nodes that `outputs` need, each after the nodes it needs itself. */
export function nodesInOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = []
  const state = new Map<Node, 'open' | 'done'>()
  const stack: Node[] = []
  const visit = (tensor: Tensor) => {
    if (tensor.origin.kind === 'node' && !state.has(tensor.origin.node)) {
      stack.push(tensor.origin.node)
    }
  }
  for (const output of outputs) {
    visit(output)
    while (stack.length > 0) {
      const node = stack[stack.length - 1] as Node
      const reached = state.get(node)
      if (reached) {
        stack.pop()
        if (reached === 'open') {
          state.set(node, 'done')
          order.push(node)
        }
        continue
      }
      state.set(node, 'open')
      for (const input of node.inputs) visit(input)
    }
  }
  return order
}
