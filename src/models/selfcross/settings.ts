/** What can be chosen of SelfCross. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/** SelfCross's choices. Defaults are those of the document, section 3. */
export const selfCrossSettings = z.strictObject({
  attention: z
    .enum(['self', 'cross', 'both'])
    .default('self')
    .describe(
      'which modality attends to which: each to itself, each to the others, or both into one classifier (Cross+Self)',
    ),
  modalities: someModalities.describe(
    'the modalities to read: three, two, or (self-attention only) one',
  ),
  statistics: z
    .boolean()
    .default(true)
    .describe(
      'pool the averaged vectors to their mean and standard deviation; otherwise concatenate them (noSP)',
    ),
  convolution: z
    .enum(['time', 'features', 'none'])
    .default('time')
    .describe(
      'convolution of audio and vision, with kernel 1: over time steps as channels (paper and published code), over features, or none',
    ),
  audioInputSteps: count
    .default(1000)
    .describe('audio steps that enter the convolution over time; later ones are cut'),
  audioSteps: count.default(500).describe('audio steps after the convolution'),
  visionInputSteps: count
    .default(32)
    .describe('vision steps that enter the convolution over time; later ones are cut'),
  visionSteps: count.default(25).describe('vision steps after the convolution'),
  hidden: count
    .default(60)
    .describe('hidden size of each direction of the GRUs and of the first classifier layer'),
  heads: count
    .default(6)
    .describe('heads of each attention; the width of 2 x hidden is divided among them'),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: padding counts as steps, as in the published code',
  ),
  attentionDropout: probability.default(0.1).describe('dropout on the attention weights'),
  textDropout: probability
    .default(0.25)
    .describe('dropout on the text features, as in the published code'),
})

export type SelfCrossSettings = z.infer<typeof selfCrossSettings>
