/** The encoders and decoders of MCTN, and the layers that predict from an encoding. */
import {
  add,
  clearPadding,
  concat,
  fromColumns,
  type Initialiser,
  matmul,
  multiply,
  positions,
  reduceSum,
  reverse,
  reverseSequence,
  slice,
  softmax,
  split,
  squeeze,
  type Tensor,
  tanh,
  toColumns,
  transpose,
  unsqueeze,
} from '../../../graph/index.js'
import { paddingMask } from '../../../nn/attention/attention.js'
import { orthogonal, xavierUniform, zeros } from '../../../nn/initialise.js'
import type { Scope } from '../../../nn/scope.js'
import type { Sequence } from '../../define/sequence.js'
import { blocksOf, runCells } from './cells.js'

/** How the cells work: as LSTM cells, or as in the published code. */
export type CellsLike = 'lstm' | 'published'

const glorot = xavierUniform()

/**
 * 1 for the forget gate, the second of four blocks, and 0 elsewhere: Keras's initial bias of an
 * LSTM.
 */
const forgetOpen: Initialiser = {
  fill(values) {
    const block = values.length / 4
    values.fill(0).fill(1, block, 2 * block)
  },
}

/** [batch, time, rows] as [time, 1, rows, batch]: columns of one lane. */
const toLane = (sums: Tensor): Tensor => unsqueeze(toColumns(sums), 1)

/** [time, 1, rows, batch] as [batch, time, rows]. */
const fromLane = (lane: Tensor): Tensor => fromColumns(squeeze(lane, 1))

/**
 * A bidirectional recurrent layer whose directions are summed: [batch, time, inputs] to
 * [batch, time, hidden]. Parameters, with kernels in the layout of Keras:
 * `<direction>.input.kernel` [inputs, 4 x hidden], `.input.bias`, `.recurrent.kernel`
 * [hidden, 4 x hidden], blocks in the order forget, input, output, candidate.
 */
export function encoder(
  scope: Scope,
  { inputs, hidden, cells }: { inputs: number; hidden: number; cells: CellsLike },
): (sequence: Sequence) => Tensor {
  const isPublished = cells === 'published'
  const kind = { hard: isPublished, shared: false, carriesTanh: isPublished }
  const rows = 4 * hidden
  const lanes = ['forward', 'backward'].map((direction) => {
    const place = scope.child(direction)
    return {
      kernel: place.parameter('input.kernel', [inputs, rows], glorot),
      bias: place.parameter('input.bias', [rows], zeros),
      recurrent: place.parameter('recurrent.kernel', [hidden, rows], orthogonal()),
    }
  })
  const order = [1, 0, 2, 3]
  return ({ steps, lengths }) => {
    const turn = (tensor: Tensor) =>
      lengths ? reverseSequence(tensor, lengths, 1) : reverse(tensor, 1)
    const sums = lanes.map(({ kernel, bias }, place) => {
      const own = add(matmul(steps, blocksOf(kernel, 1, order)), blocksOf(bias, 0, order))
      return toLane(place === 0 ? own : turn(own))
    })
    const recurrent = lanes.map((lane) =>
      unsqueeze(transpose(blocksOf(lane.recurrent, 1, order)), 0),
    )
    const outputs = runCells(concat(sums, 1), concat(recurrent, 0), kind)
    const [forward, backward] = split(outputs, [1, 1], 1)
    const both = add(fromLane(forward), turn(fromLane(backward)))
    return lengths ? clearPadding(both, lengths) : both
  }
}

/**
 * Decodes a sequence from an encoding: [batch, time, hidden] to [batch, time, outputs], between -1
 * and 1. The decoder's state adds the same number to the attention score of every position, which
 * the softmax cancels: the attention is the same at every step, and the context is computed once.
 * The parameters of that number remain, without effect.
 *
 * Parameters: `attention` [2 x hidden, 1], `input` and `recurrent` [hidden, 4 x hidden], `output`
 * [hidden, outputs], each `.kernel` and `.bias`. Blocks: input, forget, candidate, output; as
 * published, the first is both gates and the second is unused.
 *
 * @returns `translation`, and `weights` [batch, time], the attention
 */
export function decoder(
  scope: Scope,
  { hidden, outputs, cells }: { hidden: number; outputs: number; cells: CellsLike },
): (encoding: Sequence) => { readonly translation: Tensor; readonly weights: Tensor } {
  const isPublished = cells === 'published'
  const kind = { hard: isPublished, shared: isPublished, carriesTanh: false }
  const order = isPublished ? [0, 3, 2] : [0, 1, 3, 2]
  const part = (name: string, inputs: number, units: number) => ({
    kernel: scope.parameter(`${name}.kernel`, [inputs, units], glorot),
    bias: scope.parameter(`${name}.bias`, [units], zeros),
  })
  const attention = part('attention', 2 * hidden, 1)
  const input = part('input', hidden, 4 * hidden)
  const recurrent = part('recurrent', hidden, 4 * hidden)
  const output = part('output', hidden, outputs)
  return (encoding) => {
    const weights = weightsOf(
      matmul(encoding.steps, slice(attention.kernel, 0, 0, hidden)),
      encoding,
    )
    const context = weightedSum(weights, encoding.steps)
    const bias = add(blocksOf(input.bias, 0, order), blocksOf(recurrent.bias, 0, order))
    const sums = add(matmul(context, blocksOf(input.kernel, 1, order)), bias)
    const states = runCells(
      unsqueeze(transpose(sums), 0),
      unsqueeze(transpose(blocksOf(recurrent.kernel, 1, order)), 0),
      kind,
      positions(encoding.steps, 1),
    )
    const written = add(matmul(fromLane(states), output.kernel), output.bias)
    return { translation: tanh(written), weights }
  }
}

/**
 * Predicts from an encoding: an LSTM over its steps, an attention over the LSTM's outputs, and a
 * linear layer. Parameters as in Keras: `lstm.kernel` [inputs, 4 x hidden], `lstm.recurrent_kernel`,
 * `lstm.bias`, blocks in the order input, forget, candidate, output; `attention` and `output`.
 *
 * @returns `prediction` [batch, outputs]; `weights` [batch, time], the attention; `kernel`, the linear
 * layer's weight
 */
export function regression(
  scope: Scope,
  {
    inputs,
    hidden,
    outputs,
    cells,
  }: { inputs: number; hidden: number; outputs: number; cells: CellsLike },
): (encoding: Sequence) => Readonly<Record<'prediction' | 'weights' | 'kernel', Tensor>> {
  const kind = { hard: cells === 'published', shared: false, carriesTanh: false }
  const order = [0, 1, 3, 2]
  const rows = 4 * hidden
  const kernel = scope.parameter('lstm.kernel', [inputs, rows], glorot)
  const recurrent = scope.parameter('lstm.recurrent_kernel', [hidden, rows], orthogonal())
  const bias = scope.parameter('lstm.bias', [rows], forgetOpen)
  const attention = {
    kernel: scope.parameter('attention.kernel', [hidden, 1], glorot),
    bias: scope.parameter('attention.bias', [1], zeros),
  }
  const output = {
    kernel: scope.parameter('output.kernel', [hidden, outputs], glorot),
    bias: scope.parameter('output.bias', [outputs], zeros),
  }
  return (encoding) => {
    const sums = add(matmul(encoding.steps, blocksOf(kernel, 1, order)), blocksOf(bias, 0, order))
    const states = fromLane(
      runCells(toLane(sums), unsqueeze(transpose(blocksOf(recurrent, 1, order)), 0), kind),
    )
    const scores = tanh(add(matmul(states, attention.kernel), attention.bias))
    const weights = weightsOf(scores, encoding)
    const read = weightedSum(weights, states)
    const prediction = add(matmul(read, output.kernel), output.bias)
    return { prediction, weights, kernel: output.kernel }
  }
}

/** Scores [batch, time, 1] as weights over true steps, [batch, time]. */
function weightsOf(scores: Tensor, { steps, lengths }: Sequence): Tensor {
  const mask = lengths && squeeze(paddingMask(steps, lengths), 1)
  return softmax(squeeze(scores, 2), 1, mask)
}

/** [batch, time] and [batch, time, width] to [batch, width]. */
function weightedSum(weights: Tensor, steps: Tensor): Tensor {
  return reduceSum(multiply(unsqueeze(weights, 2), steps), 1)
}
