/** What can be chosen of HDA. */
import { z } from 'zod'
import { count, probability, someModalities } from '../define/settings.js'

const rate = z.number().positive().optional()
const epochs = count.optional()

/** HDA's choices. The text gives the stages of Table 1 and few sizes; other defaults are ours. */
export const hdaSettings = z.strictObject({
  modalities: someModalities.describe(
    'those that the model reads: all three, two, or one, whose own head then predicts',
  ),
  output: z
    .enum(['fused', 'correlated'])
    .default('fused')
    .describe(
      'what predicts: the attention over the fused sequence, or a head on the correlated representation without it (Table 2)',
    ),
  training: z
    .enum(['staged', 'joint'])
    .default('staged')
    .describe('each module in turn, as in Table 1, or everything at once, objectives included'),
  window: z
    .int()
    .nonnegative()
    .default(10)
    .describe('delta: how many steps away a step still attends to within its modality'),
  direction: z
    .enum(['past', 'future', 'both'])
    .default('future')
    .describe('which steps j a step i attends to: j <= i, j >= i (the text), or either'),
  relative: z
    .boolean()
    .default(true)
    .describe('differences between steps enter the scores (equation 11)'),
  kernel: count.default(3).describe('steps of the convolutions along time'),
  channels: count.default(40).describe('d_ch: of the first convolution, and of each head'),
  heads: count.default(4).describe('heads of the delta self-attention'),
  keyWidth: count.default(40).describe('d_k: of each head’s queries and keys'),
  width: count.default(64).describe('d_o: of the self-attended representations'),
  hidden: count.default(32).describe('of the layer inside each encoder and decoder'),
  reduced: count.default(16).describe('d_r: of the correlated representations'),
  fusedWidth: count.default(32).describe('d_t: of the attention over the fused sequence'),
  fusedHeads: count.default(1).describe('heads of that attention; they share its width'),
  skip: z
    .boolean()
    .default(true)
    .describe('that attention reads each self-attended representation besides the correlated one'),
  ridge: z
    .number()
    .positive()
    .default(1e-3)
    .describe('added to variances before correlations, as a share of their mean'),
  correlationWeight: z.number().nonnegative().default(1).describe('of the correlations'),
  reconstructionWeight: z.number().nonnegative().default(1).describe('of the decoders’ error'),
  attentionDropout: probability.default(0.1).describe('on the attention weights'),
  outputDropout: probability.default(0.1).describe('on what the heads read'),
  rateFactor: z
    .number()
    .positive()
    .default(1)
    .describe(
      'all learning rates of Table 1 are multiplied by it: small corpora need more, though seldom of dcca (the rates of single stages keep it)',
    ),
  epochsFactor: z
    .number()
    .positive()
    .default(1)
    .describe('all epochs of Table 1 are multiplied by it, and rounded up'),
  stageRates: z
    .strictObject({ text: rate, audio: rate, vision: rate, dcca: rate, fused: rate })
    .default({})
    .describe(
      'learning rates of single stages, instead of Table 1’s; the factor does not touch them',
    ),
  stageEpochs: z
    .strictObject({ text: epochs, audio: epochs, vision: epochs, dcca: epochs, fused: epochs })
    .default({})
    .describe('epochs of single stages, instead of Table 1’s; the factor does not touch them'),
})

export type HdaSettings = z.infer<typeof hdaSettings>
