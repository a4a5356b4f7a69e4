import { RandomStream } from '../../../src/base/random.js'
import {
  add,
  type DataType,
  type Graph,
  gradients,
  multiply,
  reduceSum,
  type Shape,
  type Tensor,
} from '../../../src/graph/index.js'
import type { Value } from '../../../src/runtime/session.js'
import { elementCount, type NdArray } from '../../reference/array.js'
import { sizeInNumbers } from '../../reference/dimensions.js'
import { evaluate } from '../../reference/evaluate.js'

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

/** Fills an operand, given its shape in numbers. */
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

export interface BuiltCase {
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

export const isFloat = (tensor: Tensor) => tensor.dataType.startsWith('float')

export function buildCase(graph: Graph, index: number, given: GradientCase): BuiltCase {
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
export function fill(built: BuiltCase, sizes: Sizes): Map<Tensor, NdArray> {
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
