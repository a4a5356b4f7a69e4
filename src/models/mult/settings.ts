/** The settings of MulT. */
import { z } from 'zod'
import { modalities } from '../../base/modalities.js'
import { count, padding, probability, someModalities } from '../define/settings.js'

/**
 * MulT's settings. Defaults are those of the documents where they give one (equations 1 to 8, four
 * layers), and otherwise those of the published code.
 */
export const multSettings = z.strictObject({
  modalities: someModalities.describe(
    'the modalities to read: three, two, or one, which attends to itself',
  ),
  streams: z
    .array(z.enum(modalities))
    .min(1)
    .optional()
    .describe(
      'modalities whose streams predict, each attending to the others (default: all that are read; a single one is lonly, aonly or vonly of the published code)',
    ),
  width: count
    .default(30)
    .describe(
      'width of the projection of each modality; its stream has this width for each other modality',
    ),
  heads: count.default(5).describe('heads of each attention; its width is divided among them'),
  layers: count
    .default(4)
    .describe(
      'layers of each cross-modal transformer (5 in the published code); the transformers after them have at least 3',
    ),
  residual: z
    .enum(['normalised', 'plain'])
    .default('normalised')
    .describe(
      'where the residual connections start: after normalisation (equations 7 and 8), or before it (published code)',
    ),
  futureMask: z
    .boolean()
    .default(true)
    .describe(
      'mask key j for query i if j > i + the difference of the two lengths, as in the published code',
    ),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: the model attends to padding and reads the last padded step, as in the published code',
  ),
  feedback: z
    .enum(['none', 'lstm', 'linear'])
    .default('none')
    .describe(
      'how the top-down masks of MMLatch are computed around this model; none is plain MulT',
    ),
  stageOneGradients: z
    .boolean()
    .default(false)
    .describe('let gradients pass through the first of the two passes of feedback'),
  attentionDropout: probability
    .default(0.1)
    .describe('dropout on the attention weights over text and in the transformers of the streams'),
  audioAttentionDropout: probability
    .default(0)
    .describe('dropout on the attention weights over audio'),
  visionAttentionDropout: probability
    .default(0)
    .describe('dropout on the attention weights over vision'),
  reluDropout: probability.default(0.1).describe('dropout inside the feed-forward networks'),
  residualDropout: probability.default(0.1).describe('dropout on the output of each sublayer'),
  embedDropout: probability
    .default(0.25)
    .describe('dropout on the text features and on the inputs of each transformer'),
  outputDropout: probability
    .default(0)
    .describe('dropout inside the last block, before the output layer'),
  feedbackDropout: probability
    .default(0.1)
    .describe('dropout on the states from which the masks are computed'),
  maskDropout: probability.default(0.2).describe('dropout on the averaged masks'),
})

export type MultSettings = z.infer<typeof multSettings>
