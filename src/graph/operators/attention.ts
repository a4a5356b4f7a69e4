/**
 * Softmax attention whose scores never lie in memory as a whole.
 *
 * The scores of a batch are its largest tensor by far, and passing over them many times costs more
 * than computing them. Long sequences are therefore worked off head by head, in a loop whose
 * scores stay in the processor's caches; the backward pass computes them again instead of reading
 * them (as Dao et al., 2022, do on graphics processors). Short ones go through the same loop in a
 * single turn.
 */
import {
  Graph,
  int,
  ints,
  type Node,
  type OnnxTarget,
  type Operator,
  type ShapeMistake,
  type Tensor,
} from '../graph.js'
import {
  type Dimension,
  formatShape,
  isFloating,
  multiplyDimensions,
  type Shape,
  sameShape,
} from '../shape.js'
import { add, multiply, negate, subtract } from './arithmetic.js'
import { packedShape, unpackBits } from './bits.js'
import { reduceToShape } from './elementwise.js'
import { concat, expand, transpose } from './layout.js'
import { matmul } from './matmul.js'
import { reduceSum } from './reduction.js'
import { softmax } from './softmax.js'

interface AttentionAttributes {
  readonly scale: number
  /** How many masks there are. */
  readonly masks: number
  readonly hasDrop: boolean
}

/**
 * At most so many scores of a head go through the loop with the sample's other heads, and at most so
 * many of a sample with all other samples.
 */
const fewScores = 2 ** 16

/** The operands of a node by name. */
interface Parts {
  readonly query: Tensor
  readonly key: Tensor
  readonly value: Tensor
  readonly masks: readonly Tensor[]
  /** Bits: which weights stay. */
  readonly drop: Tensor | undefined
  /** What the backward operator has besides. */
  readonly rest: readonly Tensor[]
}

function partsOf(inputs: readonly Tensor[], { masks, hasDrop }: AttentionAttributes): Parts {
  const [query, key, value, ...others] = inputs as readonly [Tensor, Tensor, Tensor, ...Tensor[]]
  return {
    query,
    key,
    value,
    masks: others.slice(0, masks),
    drop: hasDrop ? others[masks] : undefined,
    rest: others.slice(masks + Number(hasDrop)),
  }
}

function checkAttention(
  inputs: readonly Tensor[],
  attributes: AttentionAttributes,
  mistake: ShapeMistake,
): Parts {
  const parts = partsOf(inputs, attributes)
  const { query, key, value, masks, drop } = parts
  if (query?.rank !== 4 || !isFloating(query.dataType)) {
    return mistake('query', 'floating-point [batch, heads, queries, width]', String(query))
  }
  const [batch, heads, queries, width] = query.shape as [Dimension, Dimension, Dimension, Dimension]
  const check = (name: string, tensor: Tensor | undefined, ...shapes: Shape[]) => {
    if (!tensor) return
    const fits = shapes.some((shape) => sameShape(shape, tensor.shape))
    if (tensor.dataType !== query.dataType || !fits) {
      mistake(name, `${query.dataType}${shapes.map(formatShape).join(' or ')}`, String(tensor))
    }
  }
  const keys = key.shape[2] ?? 'keys'
  check('key', key, [batch, heads, keys, width])
  check('value', value, [batch, heads, keys, value.shape[3] ?? 'width'])
  for (const mask of masks) {
    check(
      'mask',
      mask,
      [queries, keys],
      [batch, heads, queries, keys],
      [batch, heads, 1, keys],
      [batch, 1, queries, keys],
    )
  }
  const bits = packedShape([batch, heads, queries, keys])
  if (drop && (drop.dataType !== 'uint8' || !sameShape(drop.shape, bits))) {
    mistake('drop', `uint8${formatShape(bits)}`, String(drop))
  }
  return parts
}

function attentionWeights({ query, key, masks }: Parts, scale: number): Tensor {
  const scores = multiply(matmul(query, transpose(key)), scale)
  return softmax(masks.reduce((total, mask) => add(total, mask), scores))
}

/** 1 for each weight that stays, 0 for each that is dropped. */
function keptOf({ query, key, drop }: Parts): Tensor | undefined {
  return drop && unpackBits(drop, query.size(-2), key.size(-2), query.dataType as 'float32')
}

function forward(parts: Parts, { scale }: AttentionAttributes): Tensor[] {
  const weights = attentionWeights(parts, scale)
  const kept = keptOf(parts)
  return [matmul(kept ? multiply(weights, kept) : weights, parts.value)]
}

/**
 * With P the weights and D, for each query, the product of its output and the output's gradient,
 * the gradient of the scores is P * (dP - D), since the sum of P * dP over the keys is D.
 *
 * Without dropout D is subtracted within the product that gives dP, as one more column: the value
 * has ones there, and what comes last is the output's gradient with -D there. With dropout, dP is
 * multiplied first, and what comes last is D by itself.
 *
 * The gradients of keys and values come transposed: products with a narrow left side are faster
 * than those with a transposed wide one.
 */
function backward(parts: Parts, { scale }: AttentionAttributes): Tensor[] {
  const { query, key, value, rest } = parts
  const kept = keptOf(parts)
  const [upstream, last] = rest as readonly [Tensor, Tensor]
  const weights = attentionWeights(parts, scale)
  const toLogits = kept
    ? subtract(multiply(matmul(upstream, transpose(value)), kept), last)
    : matmul(last, transpose(value))
  const toScores = multiply(weights, toLogits)
  return [
    multiply(matmul(toScores, key), scale),
    multiply(matmul(transpose(query), toScores), scale),
    matmul(transpose(upstream), kept ? multiply(weights, kept) : weights),
  ]
}

/** Writes a loop over heads or, where there are few scores, samples, or one turn for all of them. */
function lowerLoop(
  node: Node<AttentionAttributes>,
  onnx: OnnxTarget,
  build: (parts: Parts, attributes: AttentionAttributes) => Tensor[],
): void {
  const { query, key, masks } = partsOf(node.inputs, node.attributes)
  const [batch, heads, queries] = query.shape as [Dimension, Dimension, Dimension, Dimension]
  const emit = (operator: string, ...operands: string[]) => onnx.emit(operator, operands)[0] ?? ''
  const number = (value: number) => onnx.constant('int64', [1], [value])
  const few = (...shape: Dimension[]) =>
    emit('LessOrEqual', onnx.sizes([multiplyDimensions(shape)]), number(fewScores))
  const keys = key.size(2)
  const samples = emit('Where', few(heads, queries, keys), onnx.sizes([batch]), number(1))
  // A mask that all heads of a sample share is read once for all of them.
  const together = masks.some((mask) => mask.rank === 4 && mask.size(1) === 1)
    ? onnx.sizes([heads])
    : emit('Where', few(queries, keys), onnx.sizes([heads]), number(1))

  const graph = new Graph()
  const group = [graph.freshDimension('samples'), graph.freshDimension('heads')] as const
  const captures = new Map<Tensor, string>()
  const sequences: string[] = []
  const looped: Tensor[] = []
  const inputs = node.inputs.map((input, position) => {
    const name = `input.${position}`
    if (input.rank === 2) {
      const inside = graph.input(name, input.dataType, input.shape)
      captures.set(inside, onnx.value(input))
      return inside
    }
    const shared = input.size(1) !== heads
    const rest = input.shape.slice(2)
    const [target = ''] = onnx.emit(
      'Concat',
      [number(-1), samples, shared ? number(1) : together, onnx.sizes(rest)],
      { attributes: { axis: int(0) } },
    )
    sequences.push(emit('Reshape', onnx.value(input), target))
    const inside = graph.input(name, input.dataType, [group[0], shared ? 1 : group[1], ...rest])
    looped.push(inside)
    return inside
  })
  const outputs = build(partsOf(inputs, node.attributes), node.attributes)
  const results = onnx.emit('Scan', sequences, {
    outputs: outputs.length,
    attributes: {
      body: onnx.body({ graph, inputs: looped, outputs }, captures),
      num_scan_inputs: int(sequences.length),
      scan_input_directions: ints(sequences.map(() => 0)),
    },
  })
  for (const [position, output] of node.outputs.entries()) {
    onnx.emit('Reshape', [results[position] ?? '', onnx.sizes(output.shape)], {
      outputs: [onnx.value(output)],
    })
  }
}

const attentionOperator: Operator<AttentionAttributes> = {
  name: 'attention',
  infer(inputs, attributes, mistake) {
    const { query, value } = checkAttention(inputs, attributes, mistake)
    return [{ dataType: query.dataType, shape: [...query.shape.slice(0, 3), value.size(3)] }]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, forward),
  gradient(node, [upstream]) {
    if (!upstream) return []
    const { attributes, inputs } = node
    const parts = partsOf(inputs, attributes)
    const { key, value, masks, drop } = parts
    const total = reduceSum(multiply(upstream, node.output()), -1, true)
    const ones = expand(value.graph.scalar(1, value.dataType), [...value.shape.slice(0, 3), 1])
    const results = value.graph.apply(
      attentionGradientOperator,
      [
        parts.query,
        key,
        drop ? value : concat([value, ones], 3),
        ...inputs.slice(3),
        upstream,
        drop ? total : concat([upstream, negate(total)], 3),
      ],
      attributes,
    )
    return [
      results.output(0),
      transpose(results.output(1)),
      transpose(results.output(2)),
      ...(masks.length > 0 ? maskGradients(parts, attributes, upstream, total) : []),
    ]
  },
  flops: (node, size) => 2 * productFlops(node, size) + 5 * size(scoresOf(node)),
}

const attentionGradientOperator: Operator<AttentionAttributes> = {
  name: 'attentionGradient',
  infer(inputs, attributes) {
    const { query, key, rest } = partsOf(inputs, attributes)
    const [upstream] = rest as readonly [Tensor]
    const { dataType } = query
    const [batch, heads, keys, width] = key.shape as [Dimension, Dimension, Dimension, Dimension]
    return [
      { dataType, shape: query.shape },
      { dataType, shape: [batch, heads, width, keys] },
      { dataType, shape: [batch, heads, upstream.size(3), keys] },
    ]
  },
  lower: (node, onnx) => lowerLoop(node, onnx, backward),
  flops: (node, size) => 5 * productFlops(node, size) + 7 * size(scoresOf(node)),
}

/** Masks seldom learn. Where one does, the scores are computed as a whole; elsewhere nothing is. */
function maskGradients(
  parts: Parts,
  { scale }: AttentionAttributes,
  upstream: Tensor,
  total: Tensor,
): Tensor[] {
  const toKept = matmul(upstream, transpose(parts.value))
  const kept = keptOf(parts)
  const toWeights = kept ? multiply(toKept, kept) : toKept
  const toScores = multiply(attentionWeights(parts, scale), subtract(toWeights, total))
  return parts.masks.map((mask) => reduceToShape(toScores, mask.shape))
}

function scoresOf(node: Node<AttentionAttributes>): Shape {
  return [...node.input(0).shape.slice(0, 3), node.input(1).size(2)]
}

function productFlops(node: Node<AttentionAttributes>, size: (shape: Shape) => number): number {
  return 2 * size([...scoresOf(node), node.input(0).size(3)])
}

export interface AttentionOperands {
  /** [batch, heads, queries, width] */
  readonly query: Tensor
  /** [batch, heads, keys, width] */
  readonly key: Tensor
  /** [batch, heads, keys, width of the outputs] */
  readonly value: Tensor
  /** What the products of queries and keys are multiplied by: usually 1 / sqrt(width). */
  readonly scale: number
  /** Added to the scores: [queries, keys], [batch, heads, queries or 1, keys], [batch, 1, queries, keys]. */
  readonly masks?: readonly Tensor[]
  /**
   * Dropout on the weights: one bit for each, 0 where it is dropped (see `packedShape`), and the
   * probability of that, by which the others grow.
   */
  readonly drop?: { readonly bits: Tensor; readonly probability: number } | undefined
}

/**
 * Scaled dot-product attention, `dropout(softmax(Q K^T * scale + masks)) V`, without its weights.
 *
 * @returns [batch, heads, queries, width of the outputs]
 * @throws LimbicError where an operand has another shape
 */
export function attention(operands: AttentionOperands): Tensor {
  const { query, key, scale, masks = [], drop } = operands
  // Growing the values has the same effect as growing the weights, and there are fewer of them.
  const value = drop ? multiply(operands.value, 1 / (1 - drop.probability)) : operands.value
  const inputs = [query, key, value, ...masks, ...(drop ? [drop.bits] : [])]
  const attributes = { scale, masks: masks.length, hasDrop: drop !== undefined }
  return query.graph.apply(attentionOperator, inputs, attributes).output()
}
