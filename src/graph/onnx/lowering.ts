/** Writes a graph as ONNX: nodes in order, each constant once, sizes of named dimensions on demand. */
import { create } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import { nodesInOrder } from '../order.js'
import { type Rewritten, rewrite } from '../rewrite/rewrite.js'
import { type Dimension, quotientOf, termsOf } from '../shape/dimension.js'
import type { DataType, Shape } from '../shape/shape.js'
import type { GraphBody, Node, OnnxTarget, Tensor } from '../tensor.js'
import { int, type OnnxAttributes, type OnnxBody } from './attributes.js'
import {
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from './generated/onnx_pb.js'
import { encodeNumbers, valueInfo, writeAttribute, writeTensor } from './protobuf.js'

export interface LoweringOptions {
  /** Names that are fixed: of inputs, outputs, and tensors that a body captures. */
  readonly names: ReadonlyMap<Tensor, string>
  /** The expected batch size, 0 if unknown. */
  readonly batch: number
  /** The parameters whose values are stored in the model, by name. */
  readonly stored?: ReadonlySet<string>
  /** Whether to avoid what operator sets after `lastOlderSet` introduced. */
  readonly older: boolean
  /** Distinguishes names inside a body from those outside. */
  readonly prefix?: string
}

/** A graph being lowered to ONNX. Asking for a value's name writes the nodes that compute it first. */
export class Lowering implements OnnxTarget {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  /** The shapes of the stored parameters that the graph reads. */
  readonly weightsRead = new Map<string, readonly number[]>()
  readonly #names: Map<Tensor, string>
  readonly #written = new Set<Node>()
  readonly #constants = new Map<string, string>()
  readonly #sizes = new Map<string, string>()
  readonly #used: Set<Tensor>
  readonly #graph: Rewritten
  readonly #options: LoweringOptions
  readonly #prefix: string
  #fresh = 0
  #bodies = 0

  /** @param graph what to write */
  constructor(graph: Rewritten, options: LoweringOptions) {
    this.#graph = graph
    this.#options = options
    this.#prefix = options.prefix ?? ''
    this.#names = new Map(options.names)
    const order = nodesInOrder(graph.outputs)
    this.#used = new Set(graph.outputs)
    for (const { inputs } of order) for (const input of inputs) this.#used.add(input)
    for (const node of order) this.#write(node)
    for (const output of graph.outputs) this.value(output)
  }

  get older(): boolean {
    return this.#options.older
  }

  isUsed(tensor: Tensor): boolean {
    return this.#used.has(tensor)
  }

  value(tensor: Tensor): string {
    const known = this.#names.get(tensor)
    if (known !== undefined) {
      if (tensor.origin.kind === 'node') this.#write(tensor.origin.node)
      return known
    }
    const name = this.#nameOf(tensor)
    this.#names.set(tensor, name)
    if (tensor.origin.kind === 'node') this.#write(tensor.origin.node)
    return name
  }

  values(tensors: readonly Tensor[]): string[] {
    return tensors.map((tensor) => this.value(tensor))
  }

  #nameOf(tensor: Tensor): string {
    const { origin, dataType, shape, id } = tensor
    if (origin.kind === 'node') return `${this.#prefix}${origin.node.operator.name}.${id}`
    if (origin.kind === 'constant') {
      return this.constant(dataType, shape.map(Number), origin.values)
    }
    if (origin.kind === 'parameter' && this.#options.stored?.has(origin.name)) {
      this.weightsRead.set(origin.name, shape.map(Number))
      return origin.name
    }
    throw new LimbicError('this input or parameter is not part of the model', {
      where: tensor.toString(),
      hint: 'Add it to the inputs or, for a parameter, add its values to the weights',
    })
  }

  #write(node: Node): void {
    if (this.#written.has(node)) return
    this.#written.add(node)
    // An operator may ask for tensors that are not in the order yet: they are written first.
    this.values(node.inputs)
    node.operator.lower(node, this)
  }

  emit(operator: string, inputs: readonly string[], attributes?: OnnxAttributes): string {
    const name = this.#freshName(operator)
    this.#push(operator, inputs, [name], attributes)
    return name
  }

  emitSeveral(
    count: number,
    operator: string,
    inputs: readonly string[],
    attributes?: OnnxAttributes,
  ): string[] {
    const names = Array.from({ length: count }, () => this.#freshName(operator))
    this.#push(operator, inputs, names, attributes)
    return names
  }

  write(
    outputs: readonly (Tensor | undefined)[],
    operator: string,
    inputs: readonly string[],
    attributes?: OnnxAttributes,
  ): void {
    const names = outputs.map((output) => (output ? this.value(output) : ''))
    this.#push(operator, inputs, names, attributes)
  }

  /** Ensures that a tensor exists under a given name. */
  copy(tensor: Tensor, name: string): void {
    const value = this.value(tensor)
    if (value !== name) this.#push('Identity', [value], [name])
  }

  #freshName(operator: string): string {
    return `${this.#prefix}${operator}:${this.#fresh++}`
  }

  #push(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: OnnxAttributes = {},
  ): void {
    this.nodes.push(
      create(NodeProtoSchema, {
        name: `${this.#prefix}${operator}/${this.nodes.length}`,
        opType: operator,
        input: trimTrailing(inputs),
        output: trimTrailing(outputs),
        attribute: Object.entries(attributes).map(([name, value]) => writeAttribute(name, value)),
      }),
    )
  }

  constant(dataType: DataType, shape: readonly number[], values: ArrayLike<number>): string {
    const small = values.length <= 64
    const key = small ? `${dataType}[${shape}]${Array.from(values, formatNumber)}` : ''
    const known = small ? this.#constants.get(key) : undefined
    if (known) return known
    const name = `${this.#prefix}constant.${this.initializers.length}`
    this.initializers.push(writeTensor(name, dataType, shape, encodeNumbers(dataType, values)))
    if (small) this.#constants.set(key, name)
    return name
  }

  sizes(shape: Shape): string {
    const numbers = shape.filter((size) => typeof size === 'number')
    if (numbers.length === shape.length) return this.constant('int64', [shape.length], numbers)
    const [only] = shape
    if (shape.length === 1 && only !== undefined) return this.#size(only)
    const key = shape.join()
    const known = this.#sizes.get(key)
    if (known) return known
    const parts = shape.map((size) => this.#size(size))
    const name = this.emit('Concat', parts, { axis: int(0) })
    this.#sizes.set(key, name)
    return name
  }

  /** One size as an int64 vector of one element. */
  #size(size: Dimension): string {
    if (typeof size === 'number') return this.constant('int64', [1], [size])
    const known = this.#sizes.get(size)
    if (known) return known
    const name = this.#computeSize(size)
    this.#sizes.set(size, name)
    return name
  }

  #computeSize(name: string): string {
    const quotient = quotientOf(name)
    if (quotient && this.#isComputable(quotient.dividend)) {
      const divisor = this.constant('int64', [1], [quotient.divisor])
      return this.emit('Div', [this.#size(quotient.dividend), divisor])
    }
    const terms = termsOf(name)
    if (terms[0]?.names[0] !== name && this.#isComputable(name)) {
      const join = (operator: string) => (left: string, right: string) =>
        this.emit(operator, [left, right])
      return terms
        .map(({ names, factor }) =>
          [...names, ...(factor === 1 && names.length > 0 ? [] : [factor])]
            .map((part) => this.#size(part))
            .reduce(join('Mul')),
        )
        .reduce(join('Add'))
    }
    const source = this.#sourceOf(name)
    if (!source) {
      throw new LimbicError(`the size of the dimension "${name}" is unknown`, {
        where: 'ONNX lowering',
        hint: 'It must occur in an input of the graph',
      })
    }
    const operands = [this.value(source.tensor)]
    const ends = { start: int(source.axis), end: int(source.axis + 1) }
    return this.emit('Shape', operands, ends)
  }

  /** Whether every name in a dimension is the size of some tensor's axis, so that it can be computed. */
  #isComputable(dimension: Dimension): boolean {
    return termsOf(dimension).every(({ names }) =>
      names.every((name) => {
        const quotient = quotientOf(name)
        return quotient ? this.#isComputable(quotient.dividend) : this.#sourceOf(name) !== undefined
      }),
    )
  }

  #sourceOf(name: string): { readonly tensor: Tensor; readonly axis: number } | undefined {
    // Prefers an existing tensor to one that would be computed for its size alone.
    for (const tensor of this.#names.keys()) {
      const axis = tensor.shape.indexOf(name)
      if (axis >= 0 && tensor.origin.kind !== 'node') return { tensor, axis }
    }
    const [any] = this.#names.keys()
    const source = any?.graph.dimensionSource(name)
    return source && { tensor: this.#graph.now(source.tensor), axis: source.axis }
  }

  body(body: GraphBody, captures: ReadonlyMap<Tensor, string>): OnnxBody {
    return body.graph.aside(() => this.#body(body, captures))
  }

  #body({ inputs, outputs }: GraphBody, captures: ReadonlyMap<Tensor, string>): OnnxBody {
    const prefix = `${this.#prefix}body${this.#bodies++}/`
    const { batch, older } = this.#options
    const names = new Map<Tensor, string>(captures)
    for (const [position, input] of inputs.entries()) {
      names.set(input, `${prefix}input.${position}`)
    }
    const given = new Set(names.keys())
    const rewritten = rewrite(outputs, { batch, isGiven: (tensor) => given.has(tensor) })
    // A node of the body writes its result directly to the loop's output. Where it cannot (an input
    // passed through, one value as two outputs), the value is copied.
    for (const [position, output] of rewritten.outputs.entries()) {
      if (output.origin.kind === 'node' && !names.has(output)) {
        names.set(output, `${prefix}output.${position}`)
      }
    }
    const inner = new Lowering(rewritten, { names, batch, older, prefix })
    for (const [position, output] of rewritten.outputs.entries()) {
      inner.copy(output, `${prefix}output.${position}`)
    }
    const ends = (tensors: readonly Tensor[], kind: string) =>
      tensors.map(({ dataType, shape }, position) =>
        valueInfo(`${prefix}${kind}.${position}`, dataType, shape),
      )
    const content = create(GraphProtoSchema, {
      name: prefix,
      node: inner.nodes,
      initializer: inner.initializers,
      input: ends(inputs, 'input'),
      output: ends(outputs, 'output'),
    })
    return { kind: 'body', content }
  }
}

/** Drops absent operands at the end; those in the middle stay as empty names. */
function trimTrailing(names: readonly string[]): string[] {
  let count = names.length
  while (count > 0 && names[count - 1] === '') count--
  return names.slice(0, count)
}

const formatNumber = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
