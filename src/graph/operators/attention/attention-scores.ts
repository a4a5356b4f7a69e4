/**
 * What the attention operators share: operands, weights, and the loop over scores.
 *
 * The scores of a batch are by far its largest tensor, and reading and writing them repeatedly
 * costs more than computing them. Long sequences are therefore processed head by head, in a loop
 * whose scores stay in the CPU's caches; the backward pass recomputes them (as Dao et al., 2022, do
 * on GPUs). Short sequences take a single iteration of the same loop.
 */
import { elementAt } from '../../../base/lookup.js'
import { mapTuple } from '../../../base/tuples.js'
import { Graph } from '../../graph.js'
import { int, ints } from '../../onnx/attributes.js'
import {
  type Dimension,
  formatShape,
  isFloating,
  multiplyDimensions,
  resolveDimension,
  type Shape,
  sameShape,
  type TensorType,
} from '../../shape/shape.js'
import type { Node, OnnxTarget, ShapeMistake, Tensor } from '../../tensor.js'
import { add, multiply } from '../algebra/arithmetic.js'
import { matmul } from '../algebra/matmul.js'
import { transpose } from '../layout/transpose.js'
import { softmax } from '../normalise/softmax.js'
import { packedShape, unpackBits } from './bits.js'

export interface AttentionAttributes {
  readonly scale: number
  /** The number of masks. */
  readonly masks: number
  readonly hasDrop: boolean
}

/**
 * If one head has at most this many scores, an iteration takes all heads of a sample; if one sample
 * has at most this many, an iteration takes all samples.
 */
const fewScores = 2 ** 16

/** A node's operands by name. */
export interface Parts {
  readonly query: Tensor
  readonly key: Tensor
  /** What the weights are multiplied by: values, or the queries' shares. */
  readonly value: Tensor
  readonly masks: readonly Tensor[]
  /** Bits that say which weights stay. */
  readonly drop: Tensor | undefined
  /** Further operands of a backward operator. */
  readonly rest: readonly Tensor[]
}

/** Query, key, value, then masks, dropout bits and the rest. */
export type AttentionInputs = readonly [Tensor, Tensor, Tensor, ...Tensor[]]

/** A node that computes something from attention's scores. */
export type AttentionNode = Node<AttentionAttributes, AttentionInputs>

/** The operands by name. */
export function partsOf(inputs: AttentionInputs, { masks, hasDrop }: AttentionAttributes): Parts {
  const [query, key, value, ...others] = inputs
  return {
    query,
    key,
    value,
    masks: others.slice(0, masks),
    drop: hasDrop ? others[masks] : undefined,
    rest: others.slice(masks + Number(hasDrop)),
  }
}

/**
 * The operands by name, after checking those that make the scores; `value` is for the operator to
 * check.
 */
export function checkScores(
  inputs: AttentionInputs,
  attributes: AttentionAttributes,
  mistake: ShapeMistake,
): Parts {
  const parts = partsOf(inputs, attributes)
  const { query, key, masks, drop } = parts
  if (query.rank !== 4 || !isFloating(query.dataType)) {
    return mistake('query', 'floating-point [batch, heads, queries, width]', String(query))
  }
  const [batch, heads, queries, width] = query.axes('batch', 'heads', 'queries', 'width')
  const keys = key.shape[2] ?? 'keys'
  checkOperand('key', key, query, [[batch, heads, keys, width]], mistake)
  const maskShapes = [
    [queries, keys],
    [batch, heads, queries, keys],
    [batch, heads, 1, keys],
    [batch, 1, queries, keys],
  ]
  for (const mask of masks) checkOperand('mask', mask, query, maskShapes, mistake)
  const bits = packedShape([batch, heads, queries, keys])
  if (drop && (drop.dataType !== 'uint8' || !sameShape(drop.shape, bits))) {
    mistake('drop', `uint8${formatShape(bits)}`, String(drop))
  }
  return parts
}

/** Checks that an operand has the queries' data type and one of some shapes. */
export function checkOperand(
  name: string,
  tensor: Tensor,
  query: Tensor,
  shapes: readonly Shape[],
  mistake: ShapeMistake,
): void {
  const fits = shapes.some((shape) => sameShape(shape, tensor.shape))
  if (tensor.dataType !== query.dataType || !fits) {
    mistake(name, `${query.dataType}${shapes.map(formatShape).join(' or ')}`, String(tensor))
  }
}

/** `softmax(Q K^T * scale + masks)` */
export function attentionWeights({ query, key, masks }: Parts, scale: number): Tensor {
  const scores = multiply(matmul(query, transpose(key)), scale)
  return softmax(masks.reduce((total, mask) => add(total, mask), scores))
}

/**
 * The weights before and after dropout. `kept` is 1 for each weight that stays and 0 for each that
 * is dropped; without dropout it is absent, and both weights are the same.
 */
export function droppedWeights(
  parts: Parts,
  scale: number,
): { readonly weights: Tensor; readonly left: Tensor; readonly kept: Tensor | undefined } {
  const weights = attentionWeights(parts, scale)
  const kept = keptOf(parts)
  return { weights, left: kept ? multiply(weights, kept) : weights, kept }
}

/** 1 for each weight that stays, 0 for each that is dropped. */
export function keptOf({ query, key, drop }: Parts): Tensor | undefined {
  return drop && unpackBits(drop, query.size(-2), key.size(-2), query.dataType)
}

/**
 * Writes a loop over heads or, where there are few scores, over samples, or a single iteration for
 * all of them.
 *
 * @param build computes the results of one iteration from its operands; see `fewScores`
 */
export function lowerLoop(
  node: AttentionNode,
  onnx: OnnxTarget,
  build: (parts: Parts, attributes: AttentionAttributes) => Tensor[],
): void {
  const parts = partsOf(node.inputs, node.attributes)
  const heads = parts.query.size(1)
  const turn = turnSizes(parts, onnx)
  const one = onnx.constant('int64', [1], [1])
  const others = onnx.constant('int64', [1], [-1])
  const graph = new Graph()
  const group = [graph.freshDimension('samples'), graph.freshDimension('heads')] as const
  const captures = new Map<Tensor, string>()
  const sequences: string[] = []
  const looped: Tensor[] = []
  const inputs = mapTuple(node.inputs, (input, position) => {
    const name = `input.${position}`
    if (input.rank === 2) {
      const inside = graph.input(name, input.dataType, input.shape)
      captures.set(inside, onnx.value(input))
      return inside
    }
    const shared = input.size(1) !== heads
    const rest = input.shape.slice(2)
    const sizes = [others, turn.samples, shared ? one : turn.heads, onnx.sizes(rest)]
    const target = onnx.emit('Concat', sizes, { axis: int(0) })
    sequences.push(onnx.emit('Reshape', [onnx.value(input), target]))
    const inside = graph.input(name, input.dataType, [group[0], shared ? 1 : group[1], ...rest])
    looped.push(inside)
    return inside
  })
  const outputs = build(partsOf(inputs, node.attributes), node.attributes)
  const results = onnx.emitSeveral(outputs.length, 'Scan', sequences, {
    body: onnx.body({ graph, inputs: looped, outputs }, captures),
    num_scan_inputs: int(sequences.length),
    scan_input_directions: ints(sequences.map(() => 0)),
  })
  for (const [position, output] of node.outputs.entries()) {
    const result = elementAt(results, position, 'result of the loop')
    onnx.write([output], 'Reshape', [result, onnx.sizes(output.shape)])
  }
}

/** Whether the loop would take a single iteration at these sizes, so that it is not needed. */
export function hasFewScores(node: AttentionNode, longest: ReadonlyMap<string, number>): boolean {
  if (longest.size === 0) return false
  const [, ...ofSample] = scoresOf(node)
  const most = resolveDimension(multiplyDimensions(ofSample), longest)
  return most !== undefined && most <= fewScores
}

/** The number of samples and heads in one iteration, as names of int64 vectors of one element. */
function turnSizes(
  { query, key, masks }: Parts,
  onnx: OnnxTarget,
): Record<'samples' | 'heads', string> {
  const [batch, heads, queries] = query.axes('batch', 'heads', 'queries', 'width')
  const keys = key.size(2)
  const number = (value: number) => onnx.constant('int64', [1], [value])
  const emit = (operator: string, ...operands: string[]) => onnx.emit(operator, operands)
  const few = (...shape: Dimension[]) =>
    emit('LessOrEqual', onnx.sizes([multiplyDimensions(shape)]), number(fewScores))
  return {
    samples: emit('Where', few(heads, queries, keys), onnx.sizes([batch]), number(1)),
    heads: areShared(masks)
      ? onnx.sizes([heads])
      : emit('Where', few(queries, keys), onnx.sizes([heads]), number(1)),
  }
}

/** The shape of the scores: [batch, heads, queries, keys]. */
export function scoresOf({ inputs: [query, key] }: AttentionNode): Shape {
  return [...query.shape.slice(0, 3), key.size(2)]
}

/**
 * The workspace of `copies` tensors of scores in one iteration of the loop: of all heads of a
 * sample if they share a mask, otherwise of one head. With more than one iteration, the runtime
 * keeps the memory of the first and allocates as much again for all others (bench/README.md, "What
 * a run takes").
 *
 * @param batches whether to expect several samples
 */
export function scoresAtATime(node: AttentionNode, copies: number, batches = false): TensorType[] {
  const { masks } = partsOf(node.inputs, node.attributes)
  const [, heads = 1, ...scores] = scoresOf(node)
  const together = areShared(masks) ? heads : 1
  const allocations = batches || heads !== together ? 2 : 1
  return [{ dataType: node.inputs[0].dataType, shape: [allocations * copies, together, ...scores] }]
}

/** Whether the heads of a sample share a mask, which is then read once for all of them. */
function areShared(masks: readonly Tensor[]): boolean {
  return masks.some((mask) => mask.rank === 4 && mask.size(1) === 1)
}

/** The operations of one product of the scores with a matrix as wide as the queries. */
export function productFlops(node: AttentionNode, size: (shape: Shape) => number): number {
  return 2 * size([...scoresOf(node), node.inputs[0].size(3)])
}
