/** Cross-modal sparse blocks: attention selects positions, and convolutions read only these. */
import {
  add,
  expand,
  gather,
  multiply,
  multiplyDimensions,
  poolRows,
  positions,
  relu,
  reshape,
  scatterNdAdd,
  stopGradient,
  subtract,
  type Tensor,
  takeRows,
  transpose,
  unsqueeze,
  zerosLike,
} from '../../graph/index.js'
import { batchNorm } from '../../nn/layers/norm.js'
import type { Scope } from '../../nn/scope.js'
import { nucleus } from '../../nn/sparse/nucleus.js'
import {
  type ActivePositions,
  activePositions,
  atActive,
  halved,
  narrowed,
  neighboursOf,
  offsetsOf,
  rowsOf,
} from '../../nn/sparse/positions.js'
import { submanifoldConvolution } from '../../nn/sparse/submanifold.js'
import { type CrossModalAttention, crossModalAttention } from './attention.js'

export interface BlockSettings {
  /** Channels before the first block and after each. */
  readonly channels: readonly number[]
  /** The width to which each block's attention projects maps and query. */
  readonly attentionWidths: readonly number[]
  /** Width of the query. */
  readonly query: number
  /** The share of the attention on the selected positions: p of the nucleus. */
  readonly share: number
  /** Whether the selection passes a gradient on to the attention. */
  readonly attentionGradient: 'none' | 'straight-through'
  /** Whether features stay at their positions, or move where the published code puts them. */
  readonly pairing: 'aligned' | 'published'
  /** Batch normalisation in training: by the statistics of the batch, or by the running ones. */
  readonly statistics: 'batch' | 'running'
}

/** The positions that a block selects, and their features. */
export interface SparseBlock {
  /** The attention's weights, [maps, rows, columns]; 0 where there is no candidate. */
  readonly weights: Tensor
  /** bool [maps, rows, columns]: the positions that the attention reads. */
  readonly candidates: Tensor
  /** bool [maps, rows, columns]: those that are selected. */
  readonly selected: Tensor
  /** int64 [selected, 9]: the neighbours that both convolutions read. */
  readonly neighbours: Tensor
  /** [active, channels]: the features after max-pooling. */
  readonly rows: Tensor
  /** The active positions after max-pooling. */
  readonly active: ActivePositions
}

/** Momentum in PyTorch's sense and epsilon of SparseConvNet's batch normalisation. */
const sparseNorm = { momentum: 0.01, epsilon: 1e-4 } as const

/**
 * Several cross-modal sparse blocks in a row (the MESM document, section 4.3): attention of the
 * query over the remaining positions, nucleus selection, a submanifold convolution with batch
 * normalisation over the active positions and ReLU, twice, and 2 x 2 max-pooling. Parameters:
 * `attention.<k>` (see `crossModalAttention`) and `sparse.<k>.{conv1,norm1,conv2,norm2}`.
 *
 * @returns a function of maps [maps, channels, rows, columns] and the query of each map
 * [maps, query] to the results of each block
 */
export function sparseBlocks(
  scope: Scope,
  settings: BlockSettings,
): (maps: Tensor, query: Tensor) => readonly SparseBlock[] {
  const { channels, attentionWidths, query: width, share } = settings
  const layers = attentionWidths.map((units, index) => {
    const [inputs = 0, filters = 0] = channels.slice(index, index + 2)
    const attend = crossModalAttention(scope.child('attention').child(String(index)), {
      ...{ channels: inputs, query: width, hidden: units },
    })
    const place = scope.child('sparse').child(String(index))
    return { attend, convolve: convolutions(place, inputs, filters, settings) }
  })
  const learns = settings.attentionGradient === 'straight-through'
  return (maps, query) => {
    const blocks: SparseBlock[] = []
    for (const { attend, convolve } of layers) {
      const before = blocks.at(-1)
      const { all, candidates, at, every } = before
        ? laterCandidates(before, attend, query)
        : firstCandidates(maps, attend, query)
      const weights = learns ? every : stopGradient(every)
      const flat = [candidates.size(0), multiplyDimensions(candidates.shape.slice(1))]
      const chosen = nucleus(stopGradient(weights), reshape(candidates, flat), share)
      const selected = activePositions(reshape(chosen, candidates.shape))
      const own = at(all, selected)
      const rows = learns ? straightThrough(own, weights, selected) : own
      const published = !before && settings.pairing === 'published'
      const neighbours = neighboursOf(selected)
      const read = convolve(published ? displaced(rows, selected) : rows, neighbours)
      const { active, windows, parents } = halved(selected)
      blocks.push({
        ...{ candidates, active, neighbours },
        weights: reshape(weights, candidates.shape),
        selected: selected.mask,
        rows: poolRows(read, windows, parents),
      })
    }
    return blocks
  }
}

/** A submanifold convolution, batch normalisation over the active positions and ReLU, twice. */
function convolutions(
  scope: Scope,
  inputs: number,
  filters: number,
  { statistics }: BlockSettings,
): (rows: Tensor, neighbours: Tensor) => Tensor {
  const halves = [inputs, filters].map((size, index) => {
    const convolve = submanifoldConvolution(scope.child(`conv${index + 1}`), {
      ...{ inputs: size, filters },
    })
    const normalise = batchNorm(scope.child(`norm${index + 1}`), {
      ...{ channels: filters, frozen: statistics === 'running' },
      ...sparseNorm,
    })
    return (rows: Tensor, neighbours: Tensor) => relu(normalise(convolve(rows, neighbours)))
  })
  return (rows, neighbours) => halves.reduce((current, apply) => apply(current, neighbours), rows)
}

/** The positions that a block's attention reads, and how to take the rows of the selected ones. */
interface Candidates {
  readonly all: Tensor
  /** bool [maps, rows, columns] */
  readonly candidates: Tensor
  /** [maps, positions] */
  readonly every: Tensor
  readonly at: (rows: Tensor, selected: ActivePositions) => Tensor
}

/** All positions of dense maps. */
function firstCandidates(maps: Tensor, attend: CrossModalAttention, query: Tensor): Candidates {
  const [count, , rows, columns] = maps.axes('maps', 'channels', 'rows', 'columns')
  const all = rowsOf(maps)
  const every = attend.dense(all, query, Number(rows) * Number(columns))
  const yes = maps.graph.constant([1], [], 'bool')
  return { all, candidates: expand(yes, [count, rows, columns]), every, at: atActive }
}

/** The active positions of the block before. */
function laterCandidates(
  { rows, active }: SparseBlock,
  attend: CrossModalAttention,
  query: Tensor,
): Candidates {
  const every = attend.sparse(rows, query, active)
  const at = (all: Tensor, selected: ActivePositions) => narrowed(all, active, selected)
  return { all: rows, candidates: active.mask, every, at }
}

/**
 * Rows whose values are unchanged, but whose gradient reaches the weights of their positions as if
 * each row were multiplied by its weight (the straight-through estimator; Bengio et al., 2013).
 */
function straightThrough(rows: Tensor, weights: Tensor, selected: ActivePositions): Tensor {
  const flat = reshape(weights, [multiplyDimensions(weights.shape), 1])
  const own = atActive(flat, selected)
  return multiply(rows, add(subtract(own, stopGradient(own)), 1))
}

/**
 * Rows as the published code of MESM pairs them with positions: features are listed by map, row and
 * column, positions by row, column and map, and the i-th feature goes to the i-th position, usually
 * in another map.
 */
function displaced(rows: Tensor, selected: ActivePositions): Tensor {
  const turned = activePositions(transpose(selected.mask, [1, 2, 0]))
  const numbers = transpose(turned.numbers, [2, 0, 1])
  const from = gather(reshape(numbers, [multiplyDimensions(numbers.shape)]), offsetsOf(selected))
  const own = add(positions(from, 0), 1)
  const back = scatterNdAdd(zerosLike(from), unsqueeze(subtract(from, 1), 1), own)
  return takeRows(rows, from, back)
}
