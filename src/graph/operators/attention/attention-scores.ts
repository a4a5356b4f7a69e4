/**
 * What operators over attention's scores share: their operands, the weights, and the loop.
 *
 * The scores of a batch are its largest tensor by far, and passing over them many times costs more
 * than computing them. Long sequences are therefore worked off head by head, in a loop whose
 * scores stay in the processor's caches; the backward pass computes them again instead of reading
 * them (as Dao et al., 2022, do on graphics processors). Short ones go through the same loop in a
 * single turn.
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
export interface Parts {
  readonly query: Tensor
  readonly key: Tensor
  /** What the weights are for: values, or how much each query counts. */
  readonly value: Tensor
  readonly masks: readonly Tensor[]
  /** Bits: which weights stay. */
  readonly drop: Tensor | undefined
  /** What a backward operator has besides. */
  readonly rest: readonly Tensor[]
}

/** Query, key, value, then the masks, the bits of dropout and the rest. */
export type AttentionInputs = readonly [Tensor, Tensor, Tensor, ...Tensor[]]

/** A node over attention's scores, with any result. */
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

/** The operands by name, where those that the scores are made of fit; `value` is left to the operator. */
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

/** Whether an operand has the data type of the queries, and one of some shapes. */
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
 * The weights, and what dropout leaves of them: the same where there is none, without `kept`, which
 * is 1 for each weight that stays and 0 for each that is dropped.
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
 * Writes a loop over heads or, where there are few scores, over samples, or one turn for all of them.
 *
 * @param build makes the results of one turn from its operands; see `fewScores`
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

/** Whether the loop would take a single turn with sequences of these lengths, so that it needs none. */
export function hasFewScores(node: AttentionNode, longest: ReadonlyMap<string, number>): boolean {
  if (longest.size === 0) return false
  const [, ...ofSample] = scoresOf(node)
  const most = resolveDimension(multiplyDimensions(ofSample), longest)
  return most !== undefined && most <= fewScores
}

/** How many samples and heads go through the loop together, as names of int64 vectors of one element. */
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
 * The scores that one turn of the loop has at a time, so many over: of all heads of a sample where a
 * mask is theirs together, else of one. With more than one turn the runtime keeps what the first took
 * and takes as much again for all that follow (bench/README.md, "What a run takes").
 *
 * @param batches whether several samples are to be expected
 */
export function scoresAtATime(node: AttentionNode, times: number, batches = false): TensorType[] {
  const { masks } = partsOf(node.inputs, node.attributes)
  const [, heads = 1, ...scores] = scoresOf(node)
  const together = areShared(masks) ? heads : 1
  const turns = batches || heads !== together ? 2 : 1
  return [{ dataType: node.inputs[0].dataType, shape: [turns * times, together, ...scores] }]
}

/** Whether all heads of a sample share a mask, which is read once for all of them. */
function areShared(masks: readonly Tensor[]): boolean {
  return masks.some((mask) => mask.rank === 4 && mask.size(1) === 1)
}

/** The operations of one product of scores with something as wide as the queries. */
export function productFlops(node: AttentionNode, size: (shape: Shape) => number): number {
  return 2 * size([...scoresOf(node), node.inputs[0].size(3)])
}
