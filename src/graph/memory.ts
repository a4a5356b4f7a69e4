/** The peak memory of a run, as a function of the sizes of its open dimensions. */
import { boundedShape, boundsOf } from './bounds.js'
import { nodesInOrder } from './order.js'
import { rewrite } from './rewrite/rewrite.js'
import { termsOf } from './shape/dimension.js'
import {
  addDimensions,
  type DataType,
  type Dimension,
  multiplyDimensions,
  resolveDimension,
  type Shape,
} from './shape/shape.js'
import type { Node, Tensor } from './tensor.js'

const bytesOf: Readonly<Record<DataType, number>> = {
  float32: 4,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
}

/** Bytes as a sum of products: the factor of each product of names; constant bytes are under ''. */
type Amount = Map<string, number>

/**
 * The peak memory of computing `outputs`: several amounts of bytes, each a dimension such as
 * `batch*time*128+4096`; the largest of them at given sizes is the peak. Inputs, parameters and
 * outputs count throughout, an intermediate tensor from the node that computes it to the last that
 * reads it. Memory of the runtime itself and workspace of matrix products are not included.
 *
 * @param options.given inputs and parameters that are in memory even if the outputs do not read
 * them
 * @param options.batch the expected batch size, 0 if unknown
 * @param options.longest as for `writeModel`
 */
export function memoryOf(
  outputs: readonly Tensor[],
  {
    given = [],
    batch = 0,
    longest,
  }: {
    readonly given?: Iterable<Tensor>
    readonly batch?: number
    readonly longest?: ReadonlyMap<string, number>
  } = {},
): readonly Dimension[] {
  const [first] = outputs
  if (!first) return []
  const isGiven = ({ origin }: Tensor) => origin.kind !== 'node'
  return first.graph.aside(() => {
    const rewritten = rewrite(outputs, { batch, isGiven, ...(longest && { longest }) }).outputs
    return largestOf(amountsAlong(nodesInOrder(rewritten), rewritten, new Set(given)))
  })
}

/**
 * The largest of several amounts, in bytes; an amount that the given sizes do not determine is left
 * out.
 */
export function largestAmount(
  amounts: readonly Dimension[],
  sizes: ReadonlyMap<string, number>,
): number {
  return amounts.reduce<number>(
    (most, amount) => Math.max(most, resolveDimension(amount, sizes) ?? 0),
    0,
  )
}

/** The amount in memory while each node is computed. */
function amountsAlong(
  order: readonly Node[],
  outputs: readonly Tensor[],
  given: ReadonlySet<Tensor>,
): Amount[] {
  const storage = new Storage()
  const bounds = boundsOf(order)
  const kept = new Set<Tensor>([...outputs].map((tensor) => storage.of(tensor)))
  const lastRead = new Map<Tensor, number>()
  for (const [place, { inputs }] of order.entries()) {
    for (const input of inputs) lastRead.set(storage.of(input), place)
  }
  const live: Amount = new Map()
  const there = new Set<Tensor>()
  const add = (tensor: Tensor, sign: 1 | -1) => {
    if (sign > 0 === there.has(tensor)) return
    if (sign > 0) there.add(tensor)
    else there.delete(tensor)
    addTo(live, boundedShape(tensor.shape, bounds), sign * bytesOf[tensor.dataType])
  }
  for (const tensor of given) add(storage.of(tensor), 1)
  for (const { inputs } of order) {
    for (const input of inputs) {
      const root = storage.of(input)
      if (root.origin.kind !== 'node') {
        kept.add(root)
        add(root, 1)
      }
    }
  }
  const amounts: Amount[] = []
  for (const [place, node] of order.entries()) {
    const ends = [...new Set(node.inputs.map((input) => storage.of(input)))].filter(
      (root) => lastRead.get(root) === place && !kept.has(root),
    )
    // An elementwise result takes over the memory of an operand that nothing else reads.
    if (node.operator.broadcasts) for (const root of ends) add(root, -1)
    const isWanted = (root: Tensor) => lastRead.has(root) || kept.has(root)
    for (const output of node.outputs) {
      const root = storage.of(output)
      if (isWanted(root) || !sparing.has(node.operator.name)) add(root, 1)
    }
    const during = new Map(live)
    for (const { shape, dataType } of node.operator.workspace?.(node) ?? []) {
      addTo(during, boundedShape(shape, bounds), bytesOf[dataType])
    }
    amounts.push(during)
    for (const root of ends) add(root, -1)
    for (const output of node.outputs) {
      const root = storage.of(output)
      if (!isWanted(root)) add(root, -1)
    }
  }
  return amounts
}

/** Operators that do not compute the results that nothing reads. */
const sparing: ReadonlySet<string> = new Set(['lstm', 'gru', 'scan'])

/** Operators whose result is a view of their operand's memory. */
const sameMemory: ReadonlySet<string> = new Set(['reshape', 'squeeze', 'unsqueeze', 'stopGradient'])

/** Finds the tensor whose memory a tensor shares. */
class Storage {
  readonly #roots = new Map<Tensor, Tensor>()

  of(tensor: Tensor): Tensor {
    const known = this.#roots.get(tensor)
    if (known) return known
    const { origin } = tensor
    const source =
      origin.kind === 'node' && sameMemory.has(origin.node.operator.name)
        ? origin.node.inputs[0]
        : undefined
    const root = source ? this.of(source) : tensor
    this.#roots.set(tensor, root)
    return root
  }
}

function addTo(amount: Amount, shape: Shape, factor: number): void {
  for (const { names, factor: times } of termsOf(multiplyDimensions(shape))) {
    const key = names.join('*')
    const sum = (amount.get(key) ?? 0) + times * factor
    if (sum === 0) amount.delete(key)
    else amount.set(key, sum)
  }
}

/** Sizes at which amounts are compared. */
const sizesTried = [1, 30, 1000, 30_000]

/** The amounts that are the largest at some of the sizes tried. */
function largestOf(amounts: readonly Amount[]): Dimension[] {
  const products = [...new Set(amounts.flatMap((amount) => [...amount.keys()]))]
  const names = [...new Set(products.flatMap(plainNames))]
  // A matrix of factors, one row per amount, since thousands of amounts are compared at dozens of
  // sizes.
  const places = new Map(products.map((product, place) => [product, place]))
  const width = products.length
  const factors = new Float64Array(amounts.length * width)
  for (const [row, amount] of amounts.entries()) {
    for (const [product, factor] of amount) {
      factors[row * width + (places.get(product) ?? 0)] = factor
    }
  }
  const values = new Float64Array(width)
  const chosen = new Set<number>()
  for (const batch of [1, 64]) {
    for (const size of sizesTried) {
      for (const long of [undefined, ...names]) {
        const sizes = new Map(
          names.map((name) => [
            name,
            name === 'batch' ? batch : long === undefined || long === name ? size : 1,
          ]),
        )
        for (const [place, product] of products.entries()) {
          values[place] = sizeOfProduct(product, sizes)
        }
        chosen.add(largestRow(factors, values))
      }
    }
  }
  return [...chosen].flatMap((row) => {
    const amount = amounts[row]
    return amount ? [asDimension(amount)] : []
  })
}

/** The first row with the largest dot product with `values`. */
function largestRow(factors: Float64Array, values: Float64Array): number {
  const width = values.length
  let best = 0
  let most = -1
  for (let start = 0, row = 0; start < factors.length; start += width, row++) {
    let total = 0
    for (let place = 0; place < width; place++) {
      total += (factors[start + place] ?? 0) * (values[place] ?? 0)
    }
    if (total > most) [best, most] = [row, total]
  }
  return best
}

/** The names in a product and in its quotients, without those of `freshDimension`. */
function plainNames(product: string): string[] {
  return (product.match(/[A-Za-z_][\w.#/-]*/g) ?? []).filter((name) => !name.includes('#'))
}

function sizeOfProduct(product: string, sizes: ReadonlyMap<string, number>): number {
  return product === '' ? 1 : (resolveDimension(product, sizes) ?? 0)
}

function asDimension(amount: Amount): Dimension {
  return [...amount]
    .filter(([product]) => !product.includes('#'))
    .map(([product, factor]) => multiplyDimensions([...(product === '' ? [] : [product]), factor]))
    .reduce<Dimension>(addDimensions, 0)
}
