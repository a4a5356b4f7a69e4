/** Long-short term hybrid memories, and the multi-attention block between them. */

import { elementAt } from '../../../base/lookup.js'
import {
  add,
  affine,
  concat,
  expand,
  fromColumns,
  matmul,
  multiply,
  pad,
  reshape,
  scan,
  sigmoid,
  slice,
  softmax,
  split,
  type Tensor,
  tanh,
  transpose,
} from '../../../graph/index.js'
import { linearParameters } from '../../../nn/layers/linear.js'
import type { Scope } from '../../../nn/scope.js'
import {
  type Activation,
  applyColumns,
  type ColumnLayer,
  columnLayers,
  parametersOf,
  sideBySide,
} from './networks.js'

/** One modality's cells. */
export interface CellSizes {
  readonly name: string
  readonly inputs: number
  readonly hidden: number
  /** Width to which its attended outputs are reduced. */
  readonly reduced: number
}

export interface HybridMemorySettings {
  readonly cells: readonly CellSizes[]
  readonly attentions: number
  readonly softmax: 'separate' | 'joint'
  /** Width of the code. */
  readonly code: number
  /** Linear layers of each network, and the width between them. */
  readonly depth: number
  readonly networkWidth: number
  readonly activation: Activation
}

/** The results of each step. */
export interface HybridSteps {
  /** The outputs of all cells, modality after modality: [batch, time, sum of hidden]. */
  readonly outputs: Tensor
  /** [batch, time, code] */
  readonly codes: Tensor
  /** How much each attention attends to each output: [batch, time, attentions, sum of hidden]. */
  readonly weights: Tensor
}

const gates = 4

/**
 * Runs the cells of all modalities step by step. A cell is an LSTM cell with one more input, the
 * code z of the step before; gates are in the order forget, input, output, candidate. After each
 * step, K attentions weigh the outputs of all cells; the weighted outputs are reduced modality by
 * modality, and a network joins them into the next code.
 *
 * All modalities are computed together: their weights are blocks of one matrix,
 * [gates x hidden, hidden + code], so that a step takes few matrix products.
 *
 * Parameters: `cells.<modality>.input`, `.recurrent` and `.code`; `attention.<layer>`, whose
 * results are, for each modality in turn, its K attentions; `reduce.<modality>.<layer>`, which
 * reads the K attended outputs of its modality one after another; `code.<layer>`.
 *
 * @returns a function of one sequence per modality, [batch, time, inputs], all with the same steps
 */
export function hybridMemory(
  scope: Scope,
  settings: HybridMemorySettings,
): (sequences: readonly Tensor[]) => HybridSteps {
  const { cells, attentions, code, depth, networkWidth, activation } = settings
  const hidden = total(cells.map((cell) => cell.hidden))
  const reduced = total(cells.map((cell) => cell.reduced))
  const between = Array.from({ length: depth - 1 }, () => networkWidth)
  const declared = cells.map((cell) =>
    declareCell(scope.child('cells').child(cell.name), cell, code),
  )
  const attend = columnLayers(scope.child('attention'), [hidden, ...between, attentions * hidden])
  const reduce = cells.map((cell) =>
    columnLayers(scope.child('reduce').child(cell.name), [
      attentions * cell.hidden,
      ...between,
      cell.reduced,
    ]),
  )
  const join = columnLayers(scope.child('code'), [reduced, ...between, code])
  const counts = { attend: 2 * depth, reduce: 2 * depth }

  return (sequences) => {
    const recurrent = joinedWeights(declared, cells, hidden)
    const sums = joinedSums(declared, sequences)
    const [batch] = sums.shape.slice(2)
    const zeros = (rows: number) => expand(sums.graph.scalar(0), [rows, batch ?? 1])
    const { outputs } = scan(
      {
        initial: [zeros(hidden), zeros(hidden), zeros(code)],
        sequences: [sums],
        captures: [
          recurrent,
          ...parametersOf(byAttention(attend, cells, attentions)),
          ...parametersOf(overCopies(reduce, cells, attentions, hidden)),
          ...parametersOf(join),
        ],
      },
      ([output, cell, shared], [sum], [weight, ...networks]) => {
        const next = stepOf(add(sum, matmul(weight, concat([output, shared], 0))), cell)
        const attending = networks.slice(0, counts.attend)
        const reducing = networks.slice(counts.attend, counts.attend + counts.reduce)
        const joining = networks.slice(counts.attend + counts.reduce)
        const scores = applyColumns(attending, activation, next.output)
        const weights = shares(scores, settings, hidden)
        const attended = reshape(multiply(weights, next.output), scores.shape)
        const local = applyColumns(reducing, activation, attended)
        const codes = applyColumns(joining, activation, local)
        return { states: [next.output, next.cell, codes], outputs: [next.output, codes, weights] }
      },
    )
    const [every, codes, weights] = outputs
    return {
      outputs: fromColumns(every),
      codes: fromColumns(codes),
      weights: transpose(weights, [3, 0, 1, 2]),
    }
  }
}

/** The weights of all attentions, [attentions, hidden, batch]. */
function shares(
  scores: Tensor,
  { attentions, softmax: how }: HybridMemorySettings,
  hidden: number,
): Tensor {
  const apart = [attentions, hidden, scores.size(1)]
  return how === 'separate'
    ? softmax(reshape(scores, apart), 1)
    : reshape(softmax(scores, 0), apart)
}

/** One step of all cells, from the pre-activations of their gates: [4 x hidden, batch]. */
function stepOf(sums: Tensor, cell: Tensor): { readonly output: Tensor; readonly cell: Tensor } {
  const width = cell.size(0)
  const [open, toCandidate] = [slice(sums, 0, 0, -Number(width)), slice(sums, 0, -Number(width))]
  const [forget, input, output] = split(sigmoid(open), [width, width, width], 0)
  const next = add(multiply(forget, cell), multiply(input, tanh(toCandidate)))
  return { output: multiply(output, tanh(next)), cell: next }
}

type DeclaredCell = Readonly<
  Record<'input' | 'recurrent' | 'code', { readonly weight: Tensor; readonly bias: Tensor }>
>

function declareCell(scope: Scope, { inputs, hidden }: CellSizes, code: number): DeclaredCell {
  const part = (name: string, width: number) =>
    linearParameters(scope.child(name), { inputs: width, units: gates * hidden })
  return {
    input: part('input', inputs),
    recurrent: part('recurrent', hidden),
    code: part('code', code),
  }
}

/**
 * Joins the rows of all modalities gate by gate: [gates x own hidden, ...] each to
 * [gates, hidden of all, ...].
 */
function byGate(rows: readonly Tensor[]): Tensor {
  const apart = rows.map((tensor) => {
    const [own, ...rest] = tensor.shape
    return reshape(tensor, [gates, Number(own) / gates, ...rest])
  })
  return concat(apart, 1)
}

/**
 * The matrix that multiplies the outputs of all cells with the code below them:
 * [gates x hidden, hidden + code].
 */
function joinedWeights(
  declared: readonly DeclaredCell[],
  cells: readonly CellSizes[],
  hidden: number,
): Tensor {
  let before = 0
  const rows = declared.map(({ recurrent, code }, place) => {
    const own = elementAt(cells, place, 'cell').hidden
    const wide = pad(recurrent.weight, [0, before], [0, hidden - before - own])
    before += own
    return concat([wide, code.weight], 1)
  })
  const all = byGate(rows)
  return reshape(all, [gates * hidden, all.size(2)])
}

/**
 * The inputs' contribution to the pre-activations of all gates, biases included:
 * [time, gates x hidden, batch].
 */
function joinedSums(declared: readonly DeclaredCell[], sequences: readonly Tensor[]): Tensor {
  const parts = declared.map(({ input, recurrent, code }, place) => {
    const bias = add(add(input.bias, recurrent.bias), code.bias)
    const sums = affine(elementAt(sequences, place, 'sequence'), input.weight, bias)
    const [batch, time, rows] = sums.axes('batch', 'time', 'rows')
    return reshape(sums, [batch, time, gates, Number(rows) / gates])
  })
  const all = transpose(concat(parts, 3), [1, 2, 3, 0])
  return reshape(all, [all.size(0), gates * all.fixedSize(2), all.size(3)])
}

/**
 * Reorders the last layer of a network: from K results for each modality in turn to K results over
 * all modalities.
 */
function byAttention(
  layers: readonly ColumnLayer[],
  cells: readonly CellSizes[],
  attentions: number,
): ColumnLayer[] {
  const reordered = (rows: Tensor) => {
    const [, width] = rows.axes('rows', 'width')
    const sizes = cells.map(({ hidden }) => attentions * hidden)
    const parts = split(rows, sizes, 0).map((part, place) =>
      reshape(part, [attentions, elementAt(cells, place, 'cell').hidden, width]),
    )
    return reshape(concat(parts, 1), rows.shape)
  }
  const last = elementAt(layers, -1, 'layer')
  return [...layers.slice(0, -1), { weight: reordered(last.weight), bias: reordered(last.bias) }]
}

/**
 * Joins networks that each read the K attended outputs of one modality into one that reads those of
 * all.
 */
function overCopies(
  networks: readonly (readonly ColumnLayer[])[],
  cells: readonly CellSizes[],
  attentions: number,
  hidden: number,
): ColumnLayer[] {
  let before = 0
  const rows = networks.map((network, place) => {
    const { weight } = elementAt(network, 0, 'layer')
    const own = elementAt(cells, place, 'cell').hidden
    const copies = reshape(weight, [weight.size(0), attentions, own])
    const wide = pad(copies, [0, 0, before], [0, 0, hidden - before - own])
    before += own
    return reshape(wide, [weight.size(0), attentions * hidden])
  })
  const first = {
    weight: concat(rows, 0),
    bias: concat(
      networks.map((network) => elementAt(network, 0, 'layer').bias),
      0,
    ),
  }
  return [first, ...sideBySide(networks.map((network) => network.slice(1)))]
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0)
