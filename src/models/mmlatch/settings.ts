/** The settings of MMLatch. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/**
 * MMLatch's settings. Defaults are those of the document, section 3; where it has one dropout for
 * all, the mask producers, of which it says nothing, have that of the published code.
 */
export const mmlatchSettings = z.strictObject({
  modalities: someModalities.describe(
    'all three for the fused model, or one for a unimodal encoder',
  ),
  feedback: z
    .enum(['none', 'lstm', 'linear'])
    .default('lstm')
    .describe('how the top-down masks are computed; none is the baseline'),
  stageOneGradients: z
    .boolean()
    .default(false)
    .describe(
      'let gradients pass through the first encoding (the published code does, the paper does not)',
    ),
  readout: z
    .enum(['last', 'attention'])
    .default('last')
    .describe(
      'what represents the sequence: the last state (paper), or self-attention summed over time (published code)',
    ),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: the fusion attends to padding and sums over it, as in the published code',
  ),
  hidden: count.default(100).describe('hidden size of encoders and projections'),
  layers: z.int().min(1).max(3).default(1).describe('recurrent layers of each encoder'),
  recurrent: z.enum(['lstm', 'gru']).default('lstm').describe('type of the recurrent layers'),
  dropout: probability.default(0.2).describe('dropout on encoder outputs and their self-attention'),
  fusionDropout: probability
    .default(0.2)
    .describe('dropout on attention and outputs in the fusion (0.1 in the published code)'),
  feedbackDropout: probability
    .default(0.1)
    .describe('dropout on the states from which the masks are computed, as in the published code'),
  maskDropout: probability.default(0.2).describe('dropout on the averaged masks, in training only'),
})

export type MmlatchSettings = z.infer<typeof mmlatchSettings>
