/** The settings of MARN. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../../define/settings.js'

/**
 * MARN's settings. Cells and attentions are those of a configuration that its authors left behind;
 * the other sizes were never published.
 */
export const marnSettings = z.strictObject({
  modalities: someModalities.describe('the modalities to read: three, two or one'),
  textHidden: count.default(64).describe('size of the text cells'),
  audioHidden: count.default(16).describe('size of the audio cells'),
  visionHidden: count.default(32).describe('size of the vision cells'),
  attentions: count.default(3).describe('K: the number of attentions'),
  softmax: z
    .enum(['separate', 'joint'])
    .default('separate')
    .describe(
      'separate: the weights of each attention add up to 1 (paper); joint: those of all attentions together do, as in the published code',
    ),
  textReduced: count.default(32).describe('width of the attended text outputs after reduction'),
  audioReduced: count.default(8).describe('width of the attended audio outputs after reduction'),
  visionReduced: count.default(16).describe('width of the attended vision outputs after reduction'),
  code: count.default(32).describe('width of the code that all cells read at the next step'),
  depth: z
    .int()
    .min(1)
    .max(4)
    .default(2)
    .describe(
      'linear layers in each network for attention, reduction and code: 1 in the published code; the paper calls them deep',
    ),
  networkWidth: count.default(64).describe('hidden width of these networks'),
  activation: z
    .enum(['relu', 'tanh', 'sigmoid'])
    .default('relu')
    .describe('activation between the layers of these networks'),
  headWidth: count.default(64).describe('hidden width of the output network'),
  headDropout: probability.default(0.2).describe('dropout within the output network'),
  padding: padding.describe(
    'hidden: a sample ends at its last step, so a prediction does not depend on the batch; seen: everything runs over the padding, as in the published code',
  ),
})

export type MarnSettings = z.infer<typeof marnSettings>
