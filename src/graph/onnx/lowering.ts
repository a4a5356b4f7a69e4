/** Writes a graph as ONNX: nodes in order, constants once, sizes that names stand for on demand. */
import { create } from '@bufbuild/protobuf'
import { LimbicError } from '../../base/errors.js'
import {
  type GraphBody,
  int,
  type Node,
  nodesInOrder,
  type OnnxAttribute,
  type OnnxBody,
  type OnnxTarget,
  type Tensor,
} from '../graph.js'
import { type Dimension, quotientOf, termsOf } from '../shape/dimension.js'
import type { DataType, Shape } from '../shape/shape.js'
import {
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from './generated/onnx_pb.js'
import { encodeNumbers, valueInfo, writeAttribute, writeTensor } from './protobuf.js'

/** A graph on its way to ONNX: asked for names of values, it writes what computes them first. */
export class Lowering implements OnnxTarget {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  readonly #names = new Map<Tensor, string>()
  readonly #written = new Set<Node>()
  readonly #constants = new Map<string, string>()
  readonly #sizes = new Map<string, string>()
  readonly #used: Set<Tensor>
  readonly #prefix: string
  readonly #batch: number
  #fresh = 0
  #bodies = 0

  /**
   * @param outputs what will be computed
   * @param names names that tensors must have (inputs, parameters, outputs)
   * @param batch how many samples there will mostly be, 0 where nobody can tell
   * @param prefix keeps the names of a body apart from those around it
   */
  constructor(
    outputs: readonly Tensor[],
    names: ReadonlyMap<Tensor, string>,
    batch: number,
    prefix = '',
  ) {
    this.#prefix = prefix
    this.#batch = batch
    for (const [tensor, name] of names) this.#names.set(tensor, name)
    const { order, used } = plan(outputs, batch)
    this.#used = used
    for (const node of order) this.#write(node)
    for (const output of outputs) this.value(output)
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
    const { origin } = tensor
    if (origin.kind === 'constant') {
      const name = this.constant(tensor.dataType, tensor.shape.map(Number), origin.values)
      this.#names.set(tensor, name)
      return name
    }
    if (origin.kind !== 'node') {
      throw new LimbicError('this input or parameter is not among those of the model', {
        where: tensor.toString(),
        hint: 'Give it among the inputs or, for a parameter, its values among the weights',
      })
    }
    const name = `${this.#prefix}${origin.node.operator.name}.${tensor.id}`
    this.#names.set(tensor, name)
    this.#write(origin.node)
    return name
  }

  #write(node: Node): void {
    if (this.#written.has(node)) return
    this.#written.add(node)
    // An operator may ask for tensors that the order did not foresee: they are written first.
    for (const input of node.inputs) this.value(input)
    node.operator.lower(node, this)
  }

  emit(
    operator: string,
    inputs: readonly string[],
    options: {
      readonly outputs?: readonly string[] | number
      readonly attributes?: Readonly<Record<string, OnnxAttribute>>
      readonly domain?: string
    } = {},
  ): string[] {
    const { outputs = 1, attributes = {}, domain = '' } = options
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => `${this.#prefix}${operator}:${this.#fresh++}`)
        : [...outputs]
    this.nodes.push(
      create(NodeProtoSchema, {
        name: `${this.#prefix}${operator}/${this.nodes.length}`,
        opType: operator,
        domain,
        input: trimTrailing(inputs),
        output: names,
        attribute: Object.entries(attributes).map(([name, value]) => writeAttribute(name, value)),
      }),
    )
    return names
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
    if (shape.every((size) => typeof size === 'number')) {
      return this.constant('int64', [shape.length], shape)
    }
    const [only] = shape
    if (shape.length === 1 && only !== undefined) return this.#size(only)
    const key = shape.join()
    const known = this.#sizes.get(key)
    if (known) return known
    const parts = shape.map((size) => this.#size(size))
    const [name = ''] = this.emit('Concat', parts, { attributes: { axis: int(0) } })
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
    if (quotient && this.#canTell(quotient.dividend)) {
      const divisor = this.constant('int64', [1], [quotient.divisor])
      return this.emit('Div', [this.#size(quotient.dividend), divisor])[0] ?? ''
    }
    const terms = termsOf(name)
    if (terms[0]?.names[0] !== name && this.#canTell(name)) {
      const join = (operator: string) => (left: string, right: string) =>
        this.emit(operator, [left, right])[0] ?? ''
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
      throw new LimbicError(`nothing tells what the dimension "${name}" stands for`, {
        where: 'ONNX lowering',
        hint: 'An input of the graph must have it',
      })
    }
    const [shape = ''] = this.emit('Shape', [this.value(source.tensor)], {
      attributes: { start: int(source.axis), end: int(source.axis + 1) },
    })
    return shape
  }

  /** Whether every plain name in a derived one shows in some tensor. */
  #canTell(dimension: Dimension): boolean {
    return termsOf(dimension).every(({ names }) =>
      names.every((name) => {
        const quotient = quotientOf(name)
        return quotient ? this.#canTell(quotient.dividend) : this.#sourceOf(name) !== undefined
      }),
    )
  }

  #sourceOf(name: string): { readonly tensor: Tensor; readonly axis: number } | undefined {
    // Prefer a tensor that is there already over one that would have to be computed for its size.
    for (const tensor of this.#names.keys()) {
      const axis = tensor.shape.indexOf(name)
      if (axis >= 0 && tensor.origin.kind !== 'node') return { tensor, axis }
    }
    const [any] = [...this.#names.keys()]
    return any?.graph.dimensionSource(name)
  }

  body(body: GraphBody, captures: ReadonlyMap<Tensor, string>): OnnxBody {
    const prefix = `${this.#prefix}body${this.#bodies++}/`
    const names = new Map<Tensor, string>(captures)
    for (const [position, input] of body.inputs.entries()) {
      names.set(input, `${prefix}input.${position}`)
    }
    // A node of the body writes its result straight to the loop's output; where that cannot be (an
    // input passed through, one value given out twice) a copy does.
    const outputNames = body.outputs.map((_, position) => `${prefix}output.${position}`)
    for (const [position, output] of body.outputs.entries()) {
      if (output.origin.kind === 'node' && !names.has(output)) {
        names.set(output, outputNames[position] ?? '')
      }
    }
    const inner = new Lowering(body.outputs, names, this.#batch, prefix)
    const outputs = body.outputs.map((output, position) => {
      const name = outputNames[position] ?? ''
      const value = inner.value(output)
      if (value !== name) inner.emit('Identity', [value], { outputs: [name] })
      return valueInfo(name, output.dataType, output.shape)
    })
    const graph = create(GraphProtoSchema, {
      name: prefix,
      node: inner.nodes,
      initializer: inner.initializers,
      input: body.inputs.map((input, position) =>
        valueInfo(`${prefix}input.${position}`, input.dataType, input.shape),
      ),
      output: outputs,
    })
    return { kind: 'body', content: graph }
  }
}

/** The nodes that lead to `outputs`, in order, and every tensor that one of them or the caller reads. */
export function plan(
  outputs: readonly Tensor[],
  batch = 0,
): { order: readonly Node[]; used: Set<Tensor> } {
  const ends = new Set(outputs)
  for (;;) {
    const order = nodesInOrder([...ends])
    const used = new Set([...ends, ...order.flatMap(({ inputs }) => inputs)])
    const before = ends.size
    for (const node of order) {
      const extra = node.operator.substitutes?.(node, (tensor) => used.has(tensor), batch) ?? []
      for (const tensor of extra) ends.add(tensor)
    }
    if (ends.size === before) return { order, used }
  }
}

/** Optional operands at the end are left out, those in the middle are empty names. */
function trimTrailing(names: readonly string[]): string[] {
  let count = names.length
  while (count > 0 && names[count - 1] === '') count--
  return names.slice(0, count)
}

const formatNumber = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
