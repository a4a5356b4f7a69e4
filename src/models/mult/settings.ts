/** What can be chosen of MulT. */
import { z } from 'zod'
import { modalities } from '../../base/modalities.js'
import { count, padding, probability, someModalities } from '../define/settings.js'

/**
 * MulT's choices. Defaults are those of the documents where they give one (equations 1 to 8, four
 * layers), and otherwise those of the published code.
 */
export const multSettings = z.strictObject({
  modalities: someModalities.describe(
    'those that the model reads: all three, two, or one, which attends to itself',
  ),
  streams: z
    .array(z.enum(modalities))
    .min(1)
    .optional()
    .describe(
      'modalities whose stream is read out, each told of the others; all that are read unless given (one alone: lonly, aonly or vonly of the published code)',
    ),
  width: count
    .default(30)
    .describe('of each modality’s projection; its stream is that wide for each other modality'),
  heads: count.default(5).describe('heads of each attention; they share its width'),
  layers: count
    .default(4)
    .describe(
      'of each cross-modal transformer (5 in the published code); those after them have at least 3',
    ),
  residual: z
    .enum(['normalised', 'plain'])
    .default('normalised')
    .describe(
      'what each sublayer’s output is added to: its input after normalisation (equations 7 and 8), or before it (published code)',
    ),
  futureMask: z
    .boolean()
    .default(true)
    .describe(
      'hide key j from query i where j > i + the difference of the two lengths, as in the published code',
    ),
  padding: padding.describe(
    'hidden: a sample’s prediction does not depend on its batch; seen: padding is attended to and the last padded step read, as in the published code',
  ),
  feedback: z
    .enum(['none', 'lstm', 'linear'])
    .default('none')
    .describe('what makes the top-down masks of MMLatch around this model; none is MulT itself'),
  stageOneGradients: z
    .boolean()
    .default(false)
    .describe('let gradients through the first of the two passes that feedback takes'),
  attentionDropout: probability
    .default(0.1)
    .describe('on attention weights over text, and in the transformers of the streams'),
  audioAttentionDropout: probability.default(0).describe('on attention weights over audio'),
  visionAttentionDropout: probability.default(0).describe('on attention weights over vision'),
  reluDropout: probability.default(0.1).describe('inside the position-wise networks'),
  residualDropout: probability.default(0.1).describe('on what each sublayer gives'),
  embedDropout: probability
    .default(0.25)
    .describe('on the text features, and on what each transformer is given'),
  outputDropout: probability.default(0).describe('inside the last block, before the output layer'),
  feedbackDropout: probability.default(0.1).describe('on the states that make masks'),
  maskDropout: probability.default(0.2).describe('on the averaged masks'),
})

export type MultSettings = z.infer<typeof multSettings>
