/** MESM: FE2E whose networks read only where the words look. */
import { elementAt } from '../../base/lookup.js'
import {
  cast,
  gather,
  multiply,
  reduceSum,
  reshape,
  slice,
  squeeze,
  stack,
  type Tensor,
} from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import { pairsOf, spreadMaps } from '../../nn/sparse/positions.js'
import { weightedFusion } from '../blocks/fusions/late-fusion.js'
import { sequenceOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { attentionMaps, type Branch, fused, inFusionOrder, pictureHead } from '../fe2e/branches.js'
import { mesmMultiplyAdds } from '../fe2e/multiply-adds.js'
import { packed, padded } from '../fe2e/packed.js'
import { type PictureModality, pictureParts, pictureShape, rawInputs, scaled } from '../fe2e/raw.js'
import { configOf, publishedEncoder, textBranch } from '../fe2e/text.js'
import { flattenMaps, vggBeginning, vggReduction } from '../fe2e/vgg.js'
import { type SparseBlock, sparseBlocks } from './blocks.js'
import { publishedName } from './published.js'
import { type MesmSettings, mesmSettings } from './settings.js'

/**
 * The branch of one modality of pictures, read only where the attention of the query selects
 * positions.
 */
function sparseBranch(
  scope: Scope,
  modality: PictureModality,
  outputs: number,
  settings: MesmSettings,
) {
  const { channels, statistics, flattenWidth, width, attentionWidths, share } = settings
  const { attentionGradient, pairing } = settings
  const [inputs, rows, columns] = pictureShape(modality, settings)
  const begin = vggBeginning(scope.child('cnn'), { inputs, channels, statistics })
  const sparse = sparseBlocks(scope.child('blocks'), {
    ...{
      channels: channels.slice(2),
      attentionWidths,
      query: configOf(settings).hidden_size,
      share,
    },
    ...{ attentionGradient, pairing, statistics },
  })
  const flatten = flattenMaps(scope.child('flatten'), {
    inputs: (channels[5] * rows * columns) / vggReduction ** 2,
    ...{ hidden: flattenWidth, width },
  })
  const head = pictureHead(scope, outputs, settings)
  return (sequence: Tensor, lengths: Tensor, query: Tensor): Branch => {
    const { steps, places } = packed(sequence, lengths)
    const samples = squeeze(slice(places, 1, 0, 1), 1)
    const begun = begin(scaled(steps, modality, settings))
    const blocks = sparse(begun, gather(query, samples))
    const { rows: last, active } = elementAt(blocks, -1, 'block')
    const maps = spreadMaps(last, active)
    const vectors = flatten(maps)
    const scores = head(vectors, places, sequence, lengths)
    const inside = { maps, sequence: vectors, cls: scores.token, ...insideOf(blocks, channels) }
    return {
      logits: scores.logits,
      maps: {
        ...attentionMaps(modality, scores.weights),
        ...positionMaps(modality, blocks, places, sequence),
      },
      inside,
    }
  }
}

/** Maps `spatial.<modality>.<block>` and `active.<modality>.<block>`, [batch, time, rows, columns]. */
function positionMaps(
  modality: PictureModality,
  blocks: readonly SparseBlock[],
  places: Tensor,
  sequence: Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(
    blocks.flatMap(({ weights, selected }, index) => [
      [`spatial.${modality}.${index + 1}`, padded(weights, places, sequence)],
      [`active.${modality}.${index + 1}`, padded(cast(selected, 'float32'), places, sequence)],
    ]),
  )
}

/**
 * The results of each block that reference files hold, and the numbers of positions and of
 * multiply-adds.
 */
function insideOf(
  blocks: readonly SparseBlock[],
  channels: readonly number[],
): Record<string, Tensor> {
  const found: Record<string, Tensor> = {}
  for (const [index, block] of blocks.entries()) {
    found[`mask.${index + 1}`] = block.selected
    found[`candidates.${index + 1}`] = block.candidates
    found[`scores.${index + 1}`] = block.weights
    found[`features.${index + 1}`] = spreadMaps(block.rows, block.active)
  }
  const counted = (mask: Tensor) => reduceSum(cast(mask, 'int64'), [1, 2])
  found.active = stack(
    blocks.map(({ selected }) => counted(selected)),
    0,
  )
  found.candidate_count = stack(
    blocks.map(({ candidates }) => counted(candidates)),
    0,
  )
  const products = blocks.flatMap(({ neighbours }, index) => {
    const [inputs = 0, filters = 0] = channels.slice(index + 2, index + 4)
    const pairs = pairsOf(neighbours)
    return [multiply(pairs, inputs * filters), multiply(pairs, filters ** 2)]
  })
  found.multiply_adds = reshape(stack(products, 0), [blocks.length, 2])
  return found
}

/**
 * MESM (section 4.3): FE2E whose networks of faces and sound, after their first two blocks, compute
 * only the positions that attention from the words selects, fewer in each of three blocks. Maps:
 * those of FE2E and `spatial.<modality>.<block>`, the attention's weights, and
 * `active.<modality>.<block>`, 1 where a position was selected, [batch, time, rows, columns] each.
 */
export const mesm = defineModel<MesmSettings>({
  name: 'mesm',
  title: 'FE2E that reads faces and sound only where the words look',
  source: 'Multimodal End-to-End Sparse Model for Emotion Recognition (2021), MESM',
  aligned: false,
  settings: mesmSettings,
  requires: rawInputs,
  published: publishedName,
  textEncoder: publishedEncoder,
  multiplyAdds: mesmMultiplyAdds,
  build(scope, _widths, outputs, settings) {
    const chosen = inFusionOrder(settings.modalities)
    const read = textBranch(scope.child('text'), outputs, settings)
    const branches = chosen.flatMap((modality) => {
      if (modality === 'text') return []
      const place = scope.child(pictureParts[modality])
      return [[modality, sparseBranch(place, modality, outputs, settings)] as const]
    })
    const fuse = weightedFusion(scope.child('fusion'), chosen)
    return (inputs) => {
      const words = sequenceOf(inputs, 'text', 'mesm')
      const text = read(words.sequence, words.lengths)
      const others = branches.map(([modality, branch]) => {
        const { sequence, lengths } = sequenceOf(inputs, modality, 'mesm')
        return [modality, branch(sequence, lengths, text.token)] as const
      })
      return fused(fuse, new Map<(typeof chosen)[number], Branch>([['text', text], ...others]))
    }
  },
})
