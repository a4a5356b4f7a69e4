/**
 * Checks operators against the reference interpreter: what ONNX Runtime computes forward, and its
 * gradients, against plain loops in double precision and their central differences.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import {
  add,
  type DataType,
  Graph,
  gradients,
  multiply,
  reduceSum,
  type Shape,
  type Tensor,
  writeModel,
} from '../../src/graph/index.js'
import { openSession } from '../../src/runtime/node.js'
import type { Session, Value } from '../../src/runtime/session.js'
import { elementCount, type NdArray } from '../reference/array.js'
import { sizeInNumbers } from '../reference/dimensions.js'
import { evaluate } from '../reference/evaluate.js'

export type Sizes = Readonly<Record<string, number>>

/** An operand: its shape, and where that does not do, how to fill it. */
export interface Operand {
  readonly shape: Shape
  /** Default: that of the case. */
  readonly dataType?: DataType
  /** Default: drawn from the normal distribution. Given the shape in numbers. */
  readonly values?: (shape: readonly number[], random: RandomStream) => readonly number[]
  /** Whether its gradient is asked for; default: where it is a floating-point tensor. */
  readonly differentiate?: boolean
}

export interface GradientCase {
  readonly name: string
  readonly operands: Readonly<Record<string, Shape | Operand>>
  readonly build: (
    operands: Readonly<Record<string, Tensor>>,
    graph: Graph,
  ) => Tensor | readonly Tensor[]
  /** Of operands and constants; double precision unless the operator has only single. */
  readonly dataType?: 'float32' | 'float64'
  /** How far ONNX Runtime may be from the reference, relative to the largest element or 1. */
  readonly tolerance?: number
  /** False where differences say nothing: at kinks, and where stopGradient hides an influence. */
  readonly differences?: boolean
}

/** The case of a function of one tensor. */
export const ofOne = (
  name: string,
  shape: GradientCase['operands'][string],
  apply: (x: Tensor) => Tensor | readonly Tensor[],
): GradientCase => ({
  name,
  operands: { x: shape },
  build: ({ x }) => apply(x as Tensor),
})

/** A draw from an interval: for operators with a limited domain. */
type Values = NonNullable<Operand['values']>

/** A draw from an interval: for operators with a limited domain. */
export const between =
  (low: number, high: number): Values =>
  (shape, random) =>
    Array.from({ length: elementCount(shape) }, () => random.uniform(low, high))

/** Whole numbers from `low` to `high - 1`. */
export const integers =
  (low: number, high: number): Values =>
  (shape, random) =>
    Array.from({ length: elementCount(shape) }, () => low + random.integer(high - low))

export const given =
  (values: readonly number[]): Values =>
  () =>
    values

export function toValue(dataType: DataType, { shape, data }: NdArray): Value {
  const memory = {
    float32: () => Float32Array.from(data),
    float64: () => Float64Array.from(data),
    int32: () => Int32Array.from(data),
    int64: () => BigInt64Array.from(data, (value) => BigInt(value)),
    uint8: () => Uint8Array.from(data),
    bool: () => Uint8Array.from(data),
  }
  return { dataType, shape, data: memory[dataType]() }
}

export function fromValue({ shape, data }: Value): NdArray {
  return { shape: [...shape], data: Array.from(data as ArrayLike<number | bigint>, Number) }
}

interface BuiltCase {
  readonly name: string
  readonly tolerance: number
  readonly differences: boolean
  readonly operands: ReadonlyMap<Tensor, Operand>
  readonly outputs: readonly Tensor[]
  /** The gradients of the outputs that `loss` amounts to: fed at random. */
  readonly upstream: readonly Tensor[]
  readonly loss: Tensor | undefined
  readonly sources: readonly Tensor[]
  readonly gradients: readonly Tensor[]
}

const isFloat = (tensor: Tensor) => tensor.dataType.startsWith('float')

function buildCase(graph: Graph, index: number, given: GradientCase): BuiltCase {
  const { name, dataType = 'float64', differences = true } = given
  const { tolerance = dataType === 'float32' ? 2e-5 : 1e-9 } = given
  const operands = new Map<Tensor, Operand>()
  const byName: Record<string, Tensor> = {}
  for (const [operandName, shapeOrOperand] of Object.entries(given.operands)) {
    const operand: Operand = 'shape' in shapeOrOperand ? shapeOrOperand : { shape: shapeOrOperand }
    const type = operand.dataType ?? dataType
    const tensor = graph.input(`${index}.${operandName}`, type, operand.shape)
    byName[operandName] = tensor
    operands.set(tensor, operand)
  }
  const built = given.build(byName, graph)
  const outputs = 'graph' in built ? [built] : built
  const upstream: Tensor[] = []
  let loss: Tensor | undefined
  for (const [position, output] of outputs.entries()) {
    if (!isFloat(output)) continue
    const weights = graph.input(`${index}.upstream.${position}`, output.dataType, output.shape)
    const part = reduceSum(multiply(output, weights))
    upstream.push(weights)
    loss = loss ? add(loss, part) : part
  }
  const sources = [...operands].flatMap(([tensor, { differentiate = isFloat(tensor) }]) =>
    differentiate ? [tensor] : [],
  )
  const found = loss ? gradients(loss, sources) : []
  return {
    name,
    tolerance,
    differences,
    operands,
    outputs,
    upstream,
    loss,
    sources,
    gradients: found,
  }
}

/** Values for the operands of a case, the same at every call. */
function fill(built: BuiltCase, sizes: Sizes): Map<Tensor, NdArray> {
  const names = new Map(Object.entries(sizes))
  const random = new RandomStream(7, built.name, ...Object.values(sizes))
  const feeds = new Map<Tensor, NdArray>()
  const put = (tensor: Tensor, shape: readonly number[], values: readonly number[]) => {
    const data = tensor.dataType === 'float32' ? values.map(Math.fround) : values
    feeds.set(tensor, { shape, data })
  }
  const normal = (shape: readonly number[]) =>
    Array.from({ length: elementCount(shape) }, () => random.normal())
  for (const [tensor, { values = normal }] of built.operands) {
    const shape = tensor.shape.map((size) => sizeInNumbers(size, names) ?? Number.NaN)
    put(tensor, shape, values(shape, random))
  }
  // What flows back has the shapes of what comes out.
  const results = evaluate(built.outputs, feeds)
  const floating = results.filter((_, position) => isFloat(built.outputs[position] as Tensor))
  for (const [position, tensor] of built.upstream.entries()) {
    const { shape } = floating[position] as NdArray
    put(tensor, shape, normal(shape))
  }
  return feeds
}

/** The largest difference relative to the largest element or 1; of unequal shapes, infinite. */
function distance(actual: NdArray, expected: NdArray): number {
  expect(actual.shape).toEqual(expected.shape)
  const scale = Math.max(1, ...expected.data.map(Math.abs).filter(Number.isFinite))
  return actual.data.reduce((worst, value, position) => {
    const wanted = expected.data[position] as number
    if (Object.is(value, wanted) || value === wanted) return worst
    const gap = Math.abs(value - wanted) / scale
    return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(worst, gap)
  }, 0)
}

/** At most this many elements of an operand are moved; beyond that, every so many. */
const moved = 24

function centralDifference(
  loss: Tensor,
  feeds: ReadonlyMap<Tensor, NdArray>,
  source: Tensor,
  position: number,
): number {
  const value = feeds.get(source) as NdArray
  const step = 1e-5
  const [more, less] = [step, -step].map((shift) => {
    const data = [...value.data]
    data[position] = (data[position] as number) + shift
    const [result] = evaluate([loss], new Map([...feeds, [source, { ...value, data }]]))
    return result?.data[0] as number
  }) as [number, number]
  return (more - less) / (2 * step)
}

function checkCase(
  built: BuiltCase,
  feeds: ReadonlyMap<Tensor, NdArray>,
  ofOrt: (tensor: Tensor) => NdArray,
): void {
  const { tolerance, outputs, sources, loss } = built
  evaluate(outputs, feeds).forEach((expected, position) => {
    const gap = distance(ofOrt(outputs[position] as Tensor), expected)
    expect(gap, `${built.name}: output ${position}`).toBeLessThan(tolerance)
  })
  if (!loss || sources.length === 0) return
  evaluate(built.gradients, feeds).forEach((symbolic, index) => {
    const source = sources[index] as Tensor
    const label = `${built.name}: gradient of ${source}`
    expect(symbolic.shape, label).toEqual(feeds.get(source)?.shape)
    const gap = distance(ofOrt(built.gradients[index] as Tensor), symbolic)
    expect(gap, `${label}, ONNX Runtime`).toBeLessThan(tolerance)
    if (!built.differences) return
    const scale = Math.max(1, ...symbolic.data.map(Math.abs))
    const stride = Math.max(1, Math.ceil(symbolic.data.length / moved))
    for (let position = 0; position < symbolic.data.length; position += stride) {
      const difference = centralDifference(loss, feeds, source, position)
      const error = Math.abs(difference - (symbolic.data[position] as number)) / scale
      expect(error, `${label}, element ${position}: difference ${difference}`).toBeLessThan(1e-6)
    }
  })
}

interface Bundle {
  readonly built: readonly BuiltCase[]
  readonly session: Session
  readonly names: ReadonlyMap<Tensor, string>
}

/** All cases as one model: opening a session is what costs. */
async function open(cases: readonly GradientCase[], onlyForward: boolean): Promise<Bundle> {
  const graph = new Graph()
  const built = cases.map((one, index) => buildCase(graph, index, one))
  const wanted = built.flatMap(({ outputs, gradients: found }) =>
    onlyForward ? outputs : [...outputs, ...found],
  )
  const names = new Map<Tensor, string>()
  for (const tensor of wanted) names.set(tensor, `out.${tensor.id}`)
  const outputs = new Map([...names].map(([tensor, name]) => [name, tensor]))
  const model = writeModel({ inputs: graph.inputs, outputs })
  return { built, names, session: await openSession(model, { threads: 1 }) }
}

async function runAll(
  { built, session, names }: Bundle,
  sizes: Sizes,
): Promise<{ feeds: Map<Tensor, NdArray>[]; ofOrt: (tensor: Tensor) => NdArray }> {
  const feeds = built.map((one) => fill(one, sizes))
  const values = new Map<string, Value>()
  for (const one of feeds) {
    for (const [tensor, array] of one) {
      if ('name' in tensor.origin) values.set(tensor.origin.name, toValue(tensor.dataType, array))
    }
  }
  const results = await session.run(values)
  return {
    feeds,
    ofOrt: (tensor) => fromValue(results.get(names.get(tensor) ?? '') as Value),
  }
}

/**
 * A test for each case, all of them in one model that runs at each of the given sizes.
 *
 * @param settings `sizes`: what names of dimensions stand for, one run each; `inference`: check
 * the outputs also without gradients, for operators that then run otherwise
 */
export function describeGradients(
  title: string,
  cases: readonly GradientCase[],
  {
    sizes = [{}],
    inference = false,
  }: { readonly sizes?: readonly Sizes[]; readonly inference?: boolean } = {},
): void {
  describe(title, () => {
    let runs: { bundle: Bundle; outcome: Awaited<ReturnType<typeof runAll>> }[] = []
    let plain: typeof runs = []
    beforeAll(async () => {
      const runIn = async (onlyForward: boolean) => {
        const bundle = await open(cases, onlyForward)
        const done: typeof runs = []
        for (const one of sizes) done.push({ bundle, outcome: await runAll(bundle, one) })
        await bundle.session.close()
        return done
      }
      runs = await runIn(false)
      if (inference) plain = await runIn(true)
    })
    for (const [index, { name }] of cases.entries()) {
      test(name, () => {
        for (const { bundle, outcome } of runs) {
          const built = bundle.built[index] as BuiltCase
          checkCase(built, outcome.feeds[index] as Map<Tensor, NdArray>, outcome.ofOrt)
        }
        for (const { bundle, outcome } of plain) {
          const built = bundle.built[index] as BuiltCase
          const feeds = outcome.feeds[index] as Map<Tensor, NdArray>
          checkCase({ ...built, sources: [] }, feeds, outcome.ofOrt)
        }
      })
    }
  })
}

/**
 * Checks one function of tensors: forward and gradients, as `describeGradients` does.
 *
 * @param build the function
 * @param operands the shapes of its operands, by name
 */
export async function checkGradient(
  build: GradientCase['build'],
  operands: GradientCase['operands'],
  { sizes = {}, ...options }: Partial<GradientCase> & { readonly sizes?: Sizes } = {},
): Promise<void> {
  const bundle = await open([{ name: 'function', ...options, build, operands }], false)
  const { feeds, ofOrt } = await runAll(bundle, sizes)
  await bundle.session.close()
  checkCase(bundle.built[0] as BuiltCase, feeds[0] as Map<Tensor, NdArray>, ofOrt)
}
