/** Cross-modal sparse blocks: attention selects positions, convolutions read them alone. */
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
  /** The width that each block's attention brings maps and query to. */
  readonly attentionWidths: readonly number[]
  /** Width of the query. */
  readonly query: number
  /** The share of the attention that the selected positions have: p of the nucleus. */
  readonly share: number
  /** Whether the attention learns from what it selects, straight through the selection. */
  readonly attentionGradient: 'none' | 'straight-through'
  /** Whether features stay at their positions, or land where the published code puts them. */
  readonly pairing: 'aligned' | 'published'
  /** Batch normalisation while training: by the batch, or by the running statistics. */
  readonly statistics: 'batch' | 'running'
}

/** What a block selected, and what it made of that. */
export interface SparseBlock {
  /** The attention's weights, [maps, rows, columns], 0 where there was nothing to choose. */
  readonly weights: Tensor
  /** bool [maps, rows, columns]: what the attention chose from. */
  readonly candidates: Tensor
  /** bool [maps, rows, columns]: what it chose. */
  readonly selected: Tensor
  /** int64 [selected, 9]: the neighbours that both convolutions read. */
  readonly neighbours: Tensor
  /** [active, channels]: the features after the maximum. */
  readonly rows: Tensor
  /** The positions after the maximum. */
  readonly active: ActivePositions
}

/** Momentum in PyTorch's sense and epsilon of SparseConvNet's batch normalisation. */
const sparseNorm = { momentum: 0.01, epsilon: 1e-4 } as const

/**
 * Several cross-modal sparse blocks in a row (the MESM document, section 4.3): attention of the query over the
 * positions that are left, nucleus selection, twice a submanifold convolution, batch normalisation over the
 * active positions and ReLU, and a maximum over 2 x 2. Parameters: `attention.<k>` (see `crossModalAttention`)
 * and `sparse.<k>.{conv1,norm1,conv2,norm2}`.
 *
 * @returns of maps [maps, channels, rows, columns] and each map's query [maps, query], each block's results
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

/** Twice a submanifold convolution, batch normalisation over the active positions, and ReLU. */
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

/** What a block's attention chooses from, and how to take the rows of what it chose. */
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

/** The positions that the block before left active. */
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
 * Rows that keep their values and pass their gradient on to the weights by which they were selected, as if they
 * were multiplied with these (Bengio et al., 2013).
 */
function straightThrough(rows: Tensor, weights: Tensor, selected: ActivePositions): Tensor {
  const flat = reshape(weights, [multiplyDimensions(weights.shape), 1])
  const own = atActive(flat, selected)
  return multiply(rows, add(subtract(own, stopGradient(own)), 1))
}

/**
 * Rows as the published code of MESM pairs them with positions: features are listed by map, row and column, their
 * positions by row, column and map, and the i-th feature goes to the i-th position, of another map as a rule.
 */
function displaced(rows: Tensor, selected: ActivePositions): Tensor {
  const turned = activePositions(transpose(selected.mask, [1, 2, 0]))
  const numbers = transpose(turned.numbers, [2, 0, 1])
  const from = gather(reshape(numbers, [multiplyDimensions(numbers.shape)]), offsetsOf(selected))
  const own = add(positions(from, 0), 1)
  const back = scatterNdAdd(zerosLike(from), unsqueeze(subtract(from, 1), 1), own)
  return takeRows(rows, from, back)
}
