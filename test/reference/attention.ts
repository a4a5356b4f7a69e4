import { Accumulator, at, build, type NdArray, stretched } from './array.js'
import { attributesOf, type Call, type Kernel, operand } from './kernel.js'

interface Attributes {
  readonly scale: number
  readonly masks: number
  readonly hasDrop: boolean
}

/** Weights [batch, heads, queries, keys], before dropout and after. */
function weightsOf(call: Call): { weights: NdArray; kept: NdArray } {
  const { scale, masks, hasDrop } = attributesOf<Attributes>(call)
  const [query, key] = [operand(call, 0), operand(call, 1)]
  const [batch, heads, queries, width] = query.shape as [number, number, number, number]
  const keys = key.shape[2] as number
  const shape = [batch, heads, queries, keys]
  const exponentials = build(shape, (place) => {
    const [b, h, q, k] = place as [number, number, number, number]
    let score = 0
    for (let i = 0; i < width; i++) score += at(query, [b, h, q, i]) * at(key, [b, h, k, i])
    score *= scale
    for (let mask = 0; mask < masks; mask++) score += stretched(operand(call, 3 + mask), place)
    return Math.exp(score)
  })
  const weights = build(shape, (place) => {
    const [b, h, q] = place as [number, number, number]
    let total = 0
    for (let k = 0; k < keys; k++) total += at(exponentials, [b, h, q, k])
    return at(exponentials, place) / total
  })
  const drop = hasDrop ? unpack(operand(call, 3 + masks), queries, keys) : undefined
  return {
    weights,
    kept: build(shape, (place) => at(weights, place) * (drop ? at(drop, place) : 1)),
  }
}

/** Bit j of byte i of n is the element j n + i of a matrix, row by row. */
function unpack(bits: NdArray, rows: number, columns: number): NdArray {
  const lead = bits.shape.slice(0, -1)
  const bytes = bits.shape.at(-1) as number
  return build([...lead, rows, columns], (place) => {
    const [row, column] = place.slice(-2) as [number, number]
    const element = row * columns + column
    const byte = at(bits, [...place.slice(0, -2), element % bytes])
    return Math.floor(byte / 2 ** Math.floor(element / bytes)) % 2
  })
}

export const attentionKernels: Readonly<Record<string, Kernel>> = {
  unpackBits: (call) => {
    const { rows, columns } = attributesOf<{ rows: number | string; columns: number | string }>(
      call,
    )
    return [unpack(operand(call, 0), call.size(rows), call.size(columns))]
  },
  attention: (call) => {
    const { kept } = weightsOf(call)
    const value = operand(call, 2)
    const [batch, heads, queries, keys] = kept.shape as [number, number, number, number]
    return [
      build([batch, heads, queries, value.shape[3] as number], (place) => {
        const [b, h, q, i] = place as [number, number, number, number]
        let sum = 0
        for (let k = 0; k < keys; k++) sum += at(kept, [b, h, q, k]) * at(value, [b, h, k, i])
        return sum
      }),
    ]
  },
  // By the chain rule, score after score: of what the operator is given besides, only the output's
  // gradient is used, and of the value only the columns that it has.
  attentionGradient: (call) => {
    const { kept } = weightsOf(call)
    const value = operand(call, 2)
    const upstream = upstreamOf(call)
    const [batch, heads, , keys] = kept.shape as [number, number, number, number]
    const outputs = upstream.shape[3] as number
    const toValue = new Accumulator([batch, heads, outputs, keys])
    const toKept = build(kept.shape, (place) => {
      const [b, h, q, k] = place as [number, number, number, number]
      let sum = 0
      for (let i = 0; i < outputs; i++) {
        sum += at(upstream, [b, h, q, i]) * at(value, [b, h, k, i])
        toValue.add([b, h, i, k], at(kept, place) * at(upstream, [b, h, q, i]))
      }
      return sum
    })
    return [...toQueriesAndKeys(call, toKept), toValue]
  },
  averageWeights: (call) => {
    const { kept } = weightsOf(call)
    const shares = operand(call, 2)
    const [batch, heads, queries, keys] = kept.shape as [number, number, number, number]
    return [
      build([batch, heads, 1, keys], (place) => {
        const [b, h, , k] = place as [number, number, number, number]
        let sum = 0
        for (let q = 0; q < queries; q++) sum += at(shares, [b, h, 0, q]) * at(kept, [b, h, q, k])
        return sum
      }),
    ]
  },
  averageWeightsGradient: (call) => {
    const { kept } = weightsOf(call)
    const shares = operand(call, 2)
    const upstream = upstreamOf(call)
    const toKept = build(kept.shape, (place) => {
      const [b, h, q, k] = place as [number, number, number, number]
      return at(shares, [b, h, 0, q]) * at(upstream, [b, h, 0, k])
    })
    return toQueriesAndKeys(call, toKept)
  },
}

/** The first operand that only a gradient has. */
function upstreamOf(call: Call): NdArray {
  const { masks, hasDrop } = attributesOf<Attributes>(call)
  return operand(call, 3 + masks + Number(hasDrop))
}

/** The gradients of queries and, transposed, of keys, from that of the weights after dropout. */
function toQueriesAndKeys(call: Call, toKept: NdArray): [Accumulator, Accumulator] {
  const { scale, masks, hasDrop } = attributesOf<Attributes>(call)
  const { weights } = weightsOf(call)
  const [query, key] = [operand(call, 0), operand(call, 1)]
  const [batch, heads, queries, keys] = weights.shape as [number, number, number, number]
  const width = query.shape[3] as number
  const drop = hasDrop ? unpack(operand(call, 3 + masks), queries, keys) : undefined
  const toWeights = build(
    weights.shape,
    (place) => at(toKept, place) * (drop ? at(drop, place) : 1),
  )
  const toQuery = new Accumulator(query.shape)
  const toKey = new Accumulator([batch, heads, width, keys])
  build(weights.shape, (place) => {
    const [b, h, q, k] = place as [number, number, number, number]
    let mean = 0
    for (let j = 0; j < keys; j++) mean += at(weights, [b, h, q, j]) * at(toWeights, [b, h, q, j])
    const toScore = at(weights, place) * (at(toWeights, place) - mean) * scale
    for (let i = 0; i < width; i++) {
      toQuery.add([b, h, q, i], toScore * at(key, [b, h, k, i]))
      toKey.add([b, h, i, k], toScore * at(query, [b, h, q, i]))
    }
    return 0
  })
  return [toQuery, toKey]
}
