/** Reads reference files of MESM and of its pieces. */
import { z } from 'zod'
import { gather, type Tensor } from '../../graph/index.js'
import { meanSquaredError } from '../../nn/losses/losses.js'
import { spreadMaps } from '../../nn/sparse/positions.js'
import type { ModelOutputs } from '../define/model.js'
import { count } from '../define/settings.js'
import { commonResults, rawInputNames, readCnn, readCommon } from '../fe2e/reference.js'
import type { ReferenceFormat } from '../published/reference-format.js'
import type { ReferencePiece } from '../published/reference-piece.js'
import { sparseBlocks } from './blocks.js'
import { publishedBlocks } from './published.js'

const order = z.enum(['aligned', 'published'])

/** The published MESM, as the text says or with features at other positions. */
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
    const query = given('input.query', [lengths.length, 24])
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

export const mesmPieces: readonly ReferencePiece[] = [blocksPiece]
