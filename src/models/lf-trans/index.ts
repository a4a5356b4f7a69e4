/** LF-TRANS: late fusion of one transformer per modality. */
import { z } from 'zod'
import type { Modality } from '../../base/modalities.js'
import { add, slice, squeeze, type Tensor } from '../../graph/index.js'
import { type Transformed, transformer } from '../../nn/attention/transformer.js'
import { linear } from '../../nn/layers/linear.js'
import { classToken } from '../blocks/encoders/class-token.js'
import { modalityHead, weightedFusion } from '../blocks/fusions/late-fusion.js'
import { commonSettings } from '../blocks/fusions/late-fusion-settings.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel } from '../define/model.js'
import { count, probability } from '../define/settings.js'
import { publishedName } from '../published/late-fusion.js'

/** For the widths of the document's features: 300, 142 and 35. */
const publishedHeads: Readonly<Record<Modality, number>> = { text: 4, audio: 2, vision: 5 }

const heads = count.optional()

const lfTransSettings = z.strictObject({
  ...commonSettings,
  layers: z.int().min(1).max(12).default(2).describe('layers of each encoder'),
  textHeads: heads.describe(
    'heads of the attention over text (default: 4, or the largest smaller number that divides the width)',
  ),
  audioHeads: heads.describe('heads of the attention over audio (default: 2, likewise)'),
  visionHeads: heads.describe('heads of the attention over vision (default: 5, likewise)'),
  feedForward: count.default(2048).describe('hidden size of the feed-forward networks'),
  dropout: probability.default(0.1).describe('dropout inside the encoders'),
})

type LfTransSettings = z.infer<typeof lfTransSettings>

/** The given number of heads, or the most that divide the width, up to the published number. */
function headsFor(modality: Modality, width: number, settings: LfTransSettings): number {
  const chosen = settings[`${modality}Heads`]
  if (chosen !== undefined) return chosen
  let most = publishedHeads[modality]
  while (width % most !== 0) most--
  return most
}

/**
 * LF-TRANS (section 5.2): for each modality a learned class token before the steps, transformer
 * layers without positions that hide padding, and a head that reads the token; the heads' logits
 * are mixed by one learned weight each. With `hidden` given, a linear layer first brings each
 * modality to that width. Heads: `head.<modality>`, each modality's own logits.
 * Maps: `attention.<modality>.layer <k>` [batch, heads, time + 1, time + 1], the token first.
 */
export const lfTrans = defineModel<LfTransSettings>({
  name: 'lf-trans',
  title: 'late fusion of one transformer per modality',
  source: 'Multimodal End-to-End Sparse Model for Emotion Recognition (2021), baseline LF-TRANS',
  aligned: false,
  settings: lfTransSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const { layers, feedForward, dropout } = settings
    const parts = chosen.map((modality) => {
      const place = (part: string) => scope.child(part).child(modality)
      const inputs = widthOf(widths, modality, 'lf-trans')
      const width = settings.hidden ?? inputs
      const project =
        settings.hidden === undefined
          ? (steps: Tensor) => steps
          : linear(place('projections'), { inputs, units: width })
      const begin = classToken(place('class_token'), width)
      const count = headsFor(modality, width, settings)
      const encode = transformer(place('encoders'), {
        ...{ layers, width, heads: count, feedForward, dropout },
      })
      const head = modalityHead(place('heads'), {
        ...{ inputs: width, units: Math.max(1, Math.floor(width / 2)), outputs },
      })
      return {
        modality,
        read: (steps: Tensor, lengths: Tensor): Transformed =>
          encode({ input: begin(project(steps)), lengths: add(lengths, 1) }),
        head,
      }
    })
    const fuse = weightedFusion(scope.child('fusion'), chosen)
    return (inputs) => {
      const maps: Record<string, Tensor> = {}
      const logits = parts.map(({ modality, read, head }) => {
        const { sequence, lengths } = sequenceOf(inputs, modality, 'lf-trans')
        const { outputs: steps, weights } = read(sequence, lengths)
        for (const [layer, weight] of weights.entries()) {
          maps[`attention.${modality}.layer ${layer + 1}`] = weight
        }
        return [modality, head(squeeze(slice(steps, 1, 0, 1), 1))] as const
      })
      return { ...fuse(new Map(logits)), maps }
    }
  },
})
