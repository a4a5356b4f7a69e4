/** What can be chosen of MMLatch. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/**
 * MMLatch's choices. Defaults are those of the document, section 3; where it has one dropout for
 * all, the mask producers, of which it says nothing, have that of the published code.
 */
export const mmlatchSettings = z.strictObject({
  modalities: someModalities.describe(
    'all three for the fused model, or one for its encoder alone',
  ),
  feedback: z
    .enum(['none', 'lstm', 'linear'])
    .default('lstm')
    .describe('what makes the top-down masks; none is the baseline'),
  stageOneGradients: z
    .boolean()
    .default(false)
    .describe(
      'let gradients through the first encoding (the published code does, the text does not)',
    ),
  readout: z
    .enum(['last', 'attention'])
    .default('last')
    .describe(
      'what represents the whole: the last state (text), or self-attention summed over time (published code)',
    ),
  padding: padding.describe(
    'hidden: a sample’s prediction does not depend on its batch; seen: the fusion attends to padding and sums over it, as the published code does',
  ),
  hidden: count.default(100).describe('width of encoders and projections'),
  layers: z.int().min(1).max(3).default(1).describe('recurrent layers of each encoder'),
  recurrent: z.enum(['lstm', 'gru']).default('lstm').describe('kind of the recurrent layers'),
  dropout: probability.default(0.2).describe('on encoder outputs and their self-attention'),
  fusionDropout: probability
    .default(0.2)
    .describe('on attention and outputs in the fusion (0.1 in the published code)'),
  feedbackDropout: probability
    .default(0.1)
    .describe('on the states that make masks, as in the published code'),
  maskDropout: probability.default(0.2).describe('on the averaged masks, in training only'),
})

export type MmlatchSettings = z.infer<typeof mmlatchSettings>
