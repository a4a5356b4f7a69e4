/** What can be chosen of SelfCross. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/** SelfCross's choices. Defaults are those of the document, section 3. */
export const selfCrossSettings = z.strictObject({
  attention: z
    .enum(['self', 'cross', 'both'])
    .default('self')
    .describe(
      'who attends to whom: each modality to itself, each to each other one, or both into one classifier (Cross+Self)',
    ),
  modalities: someModalities.describe('all three, two, or (self-attention only) one'),
  statistics: z
    .boolean()
    .default(true)
    .describe(
      'pool the averaged vectors to their mean and standard deviation; without, they are put side by side (noSP)',
    ),
  convolution: z
    .enum(['time', 'features', 'none'])
    .default('time')
    .describe(
      'of audio and vision, with kernel 1: over time steps as channels (text and published code), over features, or none',
    ),
  audioInputSteps: count
    .default(1000)
    .describe('audio steps that the convolution over time sees; later ones are cut'),
  audioSteps: count.default(500).describe('audio steps that it makes of them'),
  visionInputSteps: count
    .default(32)
    .describe('vision steps that the convolution over time sees; later ones are cut'),
  visionSteps: count.default(25).describe('vision steps that it makes of them'),
  hidden: count
    .default(60)
    .describe('units of each direction of the GRUs, and of the first layer of the classifier'),
  heads: count.default(6).describe('heads of each attention; they share 2 x hidden'),
  padding: padding.describe(
    'hidden: a sample’s prediction does not depend on its batch; seen: padding counts as steps, as in the published code',
  ),
  attentionDropout: probability.default(0.1).describe('on the attention weights'),
  textDropout: probability.default(0.25).describe('on the text features, as in the published code'),
})

export type SelfCrossSettings = z.infer<typeof selfCrossSettings>
