/** Reads reference files of MESM and of its pieces. */
import { z } from 'zod'
import {
  cast,
  gather,
  greater,
  greaterOrEqual,
  multiply,
  reduceSum,
  reshape,
  stopGradient,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { meanSquaredError } from '../../nn/losses/losses.js'
import { nucleus } from '../../nn/sparse/nucleus.js'
import { activePositions, atActive, rowsOf, spreadMaps } from '../../nn/sparse/positions.js'
import type { ModelOutputs } from '../define/model.js'
import { count } from '../define/settings.js'
import { commonResults, rawInputNames, readCnn, readCommon } from '../fe2e/reference.js'
import type { ReferenceFormat } from '../published/reference-format.js'
import type { ReferencePiece } from '../published/reference-piece.js'
import { crossModalAttention } from './attention.js'
import { sparseBlocks } from './blocks.js'
import { publishedBlocks } from './published.js'

const order = z.enum(['aligned', 'published'])

/**
 * The published MESM, with features at their own positions (`aligned`) or where the code puts them.
 */
export const mesmReference: ReferenceFormat = {
  published: 'MME2E_Sparse',
  model: 'mesm',
  read(metadata) {
    const { settings, ...rest } = readCommon(metadata)
    const { channels, hidden } = readCnn(metadata)
    const { k } = metadata.json('cross_attention', z.object({ k: z.array(count).length(3) }))
    return {
      ...rest,
      settings: {
        ...settings,
        ...{ channels, flattenWidth: hidden, attentionWidths: k },
        share: metadata.json('p', z.number()),
        pairing: metadata.text('order', order),
      },
    }
  },
  inputs: rawInputNames,
  results: (outputs: ModelOutputs) => ({ ...commonResults(outputs), ...selections(outputs) }),
}

/** `vision.mask.1` as the file's `mask.vision.1`. */
function selections({ inside = {} }: ModelOutputs): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inside).flatMap(([name, tensor]) => {
      const [modality, what, ...block] = name.split('.')
      return modality && what ? [[[what, modality, ...block].join('.'), tensor]] : []
    }),
  )
}

/** Two cross-modal sparse blocks in a row. */
const blocksPiece: ReferencePiece = {
  published: 'cross-modal sparse blocks',
  build(scope, given, metadata) {
    const channels = metadata.json('planes', z.array(count))
    const attentionWidths = metadata.json('k', z.array(count))
    const lengths = metadata.json('lengths', z.array(count))
    const [rows = 0, columns = 0] = metadata.json('size', z.array(count))
    const samples = lengths.flatMap((length, sample) => Array.from({ length }, () => sample))
    const frames = samples.length
    const query = given('input.query')
    const blocks = sparseBlocks(scope, {
      ...{ channels, attentionWidths, query: query.fixedSize(1) },
      ...{ share: metadata.json('p', z.number()), pairing: metadata.text('order', order) },
      ...{ attentionGradient: 'none', statistics: 'batch' },
    })
    const [first = 0] = channels
    const maps = given('input.maps', [frames, first, rows, columns])
    const found = blocks(maps, gather(query, scope.graph.constant(samples, [frames], 'int64')))
    const results: Record<string, Tensor> = {}
    for (const [index, block] of found.entries()) {
      const place = index + 1
      results[`output.mask.${place}`] = block.selected
      results[`output.scores.${place}`] = block.weights
      if (index > 0) results[`output.candidates.${place}`] = block.candidates
      const features = spreadMaps(block.rows, block.active)
      results[place < found.length ? `output.features.${place}` : 'output'] = features
    }
    const [output] = [results.output]
    if (!output) throw new Error('no blocks')
    const target = given('target', [frames, channels.at(-1) ?? 0, rows / 4, columns / 4])
    return { results, loss: meanSquaredError(output, target) }
  },
  rename: (parameter) => ({ name: publishedBlocks(parameter) }),
}

/** The attention alone, over all positions or over candidates, and its selection at each share. */
const attentionPiece: ReferencePiece = {
  published: 'CrossModalAttentionLayer, SparseCrossModalAttentionLayer',
  prefixes: ['dense.', 'sparse.'],
  build(scope, given, metadata, prefix) {
    const dense = prefix === 'dense.'
    const lengths = metadata.json('lengths', z.array(count))
    const sizes = metadata.json('sizes', z.object({ k: count, K2: count }))
    const shares = metadata.json('p', z.array(z.number()))
    const samples = lengths.flatMap((length, sample) => Array.from({ length }, () => sample))
    const maps = given(dense ? 'input.maps' : 'input.sparse_maps')
    const [frames, channels, height, wide] = maps.axes('frames', 'channels', 'rows', 'columns')
    const queries = given('input.query')
    const query = gather(queries, scope.graph.constant(samples, [samples.length], 'int64'))
    const attend = crossModalAttention(scope, {
      channels: Number(channels),
      ...{ query: queries.fixedSize(1), hidden: dense ? sizes.k : sizes.K2 },
    })
    const positions = Number(height) * Number(wide)
    const all = rowsOf(maps)
    const active = dense
      ? undefined
      : activePositions(greater(cast(given('candidates'), 'int64'), 0))
    const weights = active
      ? attend.sparse(atActive(all, active), query, active)
      : attend.dense(all, query, positions)
    const candidates = active
      ? reshape(active.mask, [frames, positions])
      : greaterOrEqual(weights, 0)
    const whole = (chosen: Tensor) => reshape(chosen, [frames, height, wide])
    const masks = shares.map((share) => {
      const chosen = whole(nucleus(stopGradient(weights), candidates, share))
      return [share.toFixed(1), chosen] as const
    })
    const results: Record<string, Tensor> = { scores: whole(weights) }
    for (const [share, mask] of masks) {
      results[`mask.p${share}`] = mask
      if (dense && share === '0.7') {
        results[`masked.p${share}`] = multiply(maps, unsqueeze(cast(mask, 'float32'), 1))
      }
    }
    return { results, loss: reduceSum(multiply(whole(weights), given('loss_weight'))) }
  },
  inputOf: (name, prefix) => (name === 'maps' && prefix === 'sparse.' ? 'sparse_maps' : name),
  rename: (parameter) => ({
    name: publishedBlocks(`attention.0.${parameter}`).replace('attn_layers.0.', ''),
  }),
}

export const mesmPieces: readonly ReferencePiece[] = [attentionPiece, blocksPiece]
