/** A static graph under construction. */
import { LimbicError } from '../base/errors.js'
import type { DropoutMask, Initialiser, Parameter } from './parameter.js'
import {
  type DataType,
  elementCount,
  formatShape,
  type Shape,
  type TensorType,
} from './shape/shape.js'
import {
  isOf,
  Node,
  notATensor,
  type Operator,
  type Origin,
  type ShapeMistake,
  Tensor,
  type TensorGraph,
} from './tensor.js'

/** Beyond this, building and optimising a graph takes minutes and all memory of Node. */
const mostNodes = 200_000

export class Graph implements TensorGraph {
  readonly inputs = new Map<string, Tensor>()
  readonly parameters = new Map<string, Parameter>()
  readonly dropoutMasks: DropoutMask[] = []
  /** New values for parameters that a step updates without a gradient (running statistics). */
  readonly updates = new Map<string, Tensor>()
  readonly #dimensionSources = new Map<string, { tensor: Tensor; axis: number }>()
  readonly #known = new Map<string, Node>()
  readonly #scalars = new Map<string, Tensor>()
  /** Identifies the attributes of each node in the keys of `#known`. */
  readonly #fingerprints = new WeakMap<Node, string>()
  readonly #unique = new WeakMap<object, number>()
  #tensors = 0
  #fresh = 0
  #uniques = 0

  /** The input or parameter with a name. */
  named(name: string): Tensor | undefined {
    return this.inputs.get(name) ?? this.parameters.get(name)?.tensor
  }

  /** A value that is fed at every run. */
  input(name: string, dataType: DataType, shape: Shape): Tensor {
    if (this.inputs.has(name) || this.parameters.has(name)) {
      throw new LimbicError(`the name "${name}" is taken`, { where: 'graph input' })
    }
    const tensor = this.#register(dataType, shape, { kind: 'input', name })
    this.inputs.set(name, tensor)
    return tensor
  }

  /** A trainable value (or a buffer, if `trainable` is false). Its name is its key in a checkpoint. */
  parameter(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    trainable = true,
    memory = false,
  ): Tensor {
    if (this.inputs.has(name) || this.parameters.has(name)) {
      throw new LimbicError(`the name "${name}" is taken`, {
        where: 'graph parameter',
        hint: 'Declare a layer once and apply it many times, or give it its own scope',
      })
    }
    const tensor = this.#register('float32', shape, { kind: 'parameter', name })
    const kept = memory && { memory }
    this.parameters.set(name, { name, shape, tensor, initialiser, trainable, ...kept })
    return tensor
  }

  /** A buffer that belongs to the training, not to the model: see `Parameter.memory`. */
  memory(name: string, shape: readonly number[], initialiser: Initialiser): Tensor {
    return this.parameter(name, shape, initialiser, false, true)
  }

  /** A constant, in row-major order. */
  constant(values: ArrayLike<number>, shape: readonly number[], dataType: DataType): Tensor {
    const count = elementCount(shape)
    if (values.length !== count) {
      throw new LimbicError('a constant has the wrong size', {
        where: `shape ${formatShape(shape)}`,
        expected: `${count} values`,
        got: String(values.length),
      })
    }
    return this.#register(dataType, shape, { kind: 'constant', values })
  }

  /** A constant of shape []; equal ones are the same tensor. */
  scalar(value: number, dataType: DataType = 'float32'): Tensor {
    const key = `scalar ${dataType} ${Object.is(value, -0) ? '-0' : value}`
    const known = this.#scalars.get(key)
    if (known) return known
    const tensor = this.constant([value], [], dataType)
    this.#scalars.set(key, tensor)
    return tensor
  }

  /** A dropout mask; see `DropoutMask`. */
  dropoutMask(
    shape: Shape,
    probability: number,
    dataType: 'float32' | 'uint8' = 'float32',
  ): Tensor {
    const name = `dropout.${this.dropoutMasks.length}`
    const tensor = this.#register(dataType, shape, { kind: 'input', name })
    this.dropoutMasks.push({ name, tensor, probability })
    return tensor
  }

  /**
   * Applies an operator; if an equal node exists, it is reused.
   *
   * @throws LimbicError if an operand is not a tensor, belongs to another graph, or does not fit
   */
  apply<Attributes, Inputs extends readonly Tensor[], Types extends readonly TensorType[]>(
    operator: Operator<Attributes, Inputs, Types>,
    inputs: Inputs,
    attributes: Attributes,
  ): Node<Attributes, Inputs, Types> {
    for (const [position, input] of inputs.entries()) this.#check(operator.name, position, input)
    const mistake: ShapeMistake = (operand, expected, got) => {
      throw new LimbicError(`operand ${operand} has the wrong type or shape`, {
        where: `operator ${operator.name}(${inputs.map(String).join('; ')})`,
        expected,
        got,
      })
    }
    return this.#node(operator, inputs, attributes, this.#fingerprint(attributes), () =>
      operator.infer(inputs, attributes, mistake),
    )
  }

  /** The node applied to other inputs of the same types. */
  rewire(node: Node, inputs: readonly Tensor[]): Node {
    const { operator, attributes, types } = node
    const fingerprint = this.#fingerprints.get(node) ?? this.#fingerprint(attributes)
    return this.#node(operator, inputs, attributes, fingerprint, () => types)
  }

  /** A new name for a dimension whose size is known only at run time. */
  freshDimension(prefix: string): string {
    return `${prefix}#${this.#fresh++}`
  }

  /** A tensor and an axis whose size at run time is that of a named dimension. */
  dimensionSource(name: string): { readonly tensor: Tensor; readonly axis: number } | undefined {
    return this.#dimensionSources.get(name)
  }

  /**
   * Builds on the side: afterwards the graph is as it was before. The tensors built stay usable,
   * but later nodes do not reuse them, and may get the same node numbers.
   */
  aside<Result>(build: () => Result): Result {
    const tables = [this.#dimensionSources, this.#known, this.#scalars]
    const sizes = tables.map(({ size }) => size)
    const [tensors, fresh] = [this.#tensors, this.#fresh]
    try {
      return build()
    } finally {
      for (const [place, table] of tables.entries()) {
        for (const key of [...table.keys()].slice(sizes[place])) table.delete(key)
      }
      this.#tensors = tensors
      this.#fresh = fresh
    }
  }

  #check(operator: string, position: number, input: unknown): void {
    if (!(input instanceof Tensor)) throw notATensor(operator, position, input)
    if (input.graph === this) return
    throw new LimbicError('a tensor belongs to another graph', {
      where: `operator ${operator}, operand ${position}`,
      got: input.toString(),
    })
  }

  #node<Attributes, Inputs extends readonly Tensor[], Types extends readonly TensorType[]>(
    operator: Operator<Attributes, Inputs, Types>,
    inputs: Inputs,
    attributes: Attributes,
    fingerprint: string,
    infer: () => Types,
  ): Node<Attributes, Inputs, Types> {
    const key = `${operator.name}(${inputs.map(({ id }) => id)})${fingerprint}`
    const known = this.#known.get(key)
    if (known && isOf(known, operator)) return known
    if (this.#known.size >= mostNodes) {
      throw new LimbicError('the graph of the model is too large', {
        where: `operator ${operator.name}`,
        expected: `at most ${mostNodes.toLocaleString('en')} operations, gradients included`,
        hint: 'Choose fewer layers, heads or iterations',
      })
    }
    const node = new Node(operator, inputs, attributes, infer(), ({ dataType, shape }, origin) =>
      this.#register(dataType, shape, origin),
    )
    this.#known.set(key, node)
    this.#fingerprints.set(node, fingerprint)
    return node
  }

  #register(dataType: DataType, shape: Shape, origin: Origin): Tensor {
    const tensor = new Tensor(this, this.#tensors++, dataType, shape, origin)
    shape.forEach((size, axis) => {
      if (typeof size === 'string' && !this.#dimensionSources.has(size)) {
        this.#dimensionSources.set(size, { tensor, axis })
      }
    })
    return tensor
  }

  /** Compares plain attributes by content and graphs inside them by identity. */
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
