/** The settings of HDA. */
import { z } from 'zod'
import { count, probability, someModalities } from '../define/settings.js'

const rate = z.number().positive().optional()
const some = count.optional()
const decay = z.number().nonnegative().optional()

/** HDA's settings. The text gives the stages of Table 1 and few sizes; other defaults are ours. */
export const hdaSettings = z.strictObject({
  modalities: someModalities.describe(
    'the modalities to read: three, two, or one, which then predicts with its own head',
  ),
  output: z
    .enum(['fused', 'correlated'])
    .default('fused')
    .describe(
      'which part predicts: the attention over the fused sequence, or a head on the correlated representation alone (Table 2)',
    ),
  training: z
    .enum(['staged', 'joint'])
    .default('staged')
    .describe(
      'train the modules one after another, as in Table 1, or all at once with all objectives',
    ),
  window: z
    .int()
    .nonnegative()
    // Blocks of attention hold the square of it.
    .max(1000)
    .default(10)
    .describe('delta: how many steps away a step can attend within its modality, up to 1000'),
  learnedWindow: z
    .boolean()
    .default(false)
    .describe(
      'let each head learn its own window, from 0 to the given one (variable windows, future work in the paper); otherwise all heads have the given window',
    ),
  direction: z
    .enum(['past', 'future', 'both'])
    .default('future')
    .describe('which steps j a step i attends to: j <= i, j >= i (as in the paper), or both'),
  relative: z
    .boolean()
    .default(true)
    .describe('include differences between steps in the scores (equation 11)'),
  kernel: count.default(3).describe('kernel size of the temporal convolutions'),
  channels: count.default(40).describe('d_ch: channels of the first convolution and of each head'),
  heads: count.default(4).describe('heads of the delta self-attention'),
  keyWidth: count.default(40).describe('d_k: width of the queries and keys of each head'),
  width: count.default(64).describe('d_o: width of the self-attended representations'),
  hidden: count.default(32).describe('hidden size of each encoder and decoder'),
  reduced: count.default(16).describe('d_r: width of the correlated representations'),
  fusedWidth: count.default(32).describe('d_t: width of the attention over the fused sequence'),
  fusedHeads: count
    .default(1)
    .describe('heads of the attention over the fused sequence; its width is divided among them'),
  skip: z
    .boolean()
    .default(true)
    .describe('the attention over the fused sequence also reads the self-attended representations'),
  ridge: z
    .number()
    .positive()
    .default(1e-3)
    .describe('regularisation of the variances before the correlations, as a share of their mean'),
  correlationWeight: z
    .number()
    .nonnegative()
    .default(1)
    .describe('weight of the correlation objective'),
  reconstructionWeight: z
    .number()
    .nonnegative()
    .default(1)
    .describe('weight of the reconstruction error'),
  attentionDropout: probability.default(0.1).describe('dropout on the attention weights'),
  outputDropout: probability.default(0.1).describe('dropout on the inputs of the output heads'),
  rateFactor: z
    .number()
    .positive()
    .default(1)
    .describe(
      'factor on all learning rates of Table 1: small corpora need higher ones, but rarely for dcca (see the rates of single stages)',
    ),
  epochsFactor: z
    .number()
    .positive()
    .default(1)
    .describe('factor on the epochs of Table 1, rounded up'),
  stageRates: z
    .strictObject({ text: rate, audio: rate, vision: rate, dcca: rate, fused: rate })
    .default({})
    .describe(
      'learning rates of single stages, replacing those of Table 1; the factor does not apply to them',
    ),
  stageEpochs: z
    .strictObject({ text: some, audio: some, vision: some, dcca: some, fused: some })
    .default({})
    .describe(
      'epochs of single stages, replacing those of Table 1; the factor does not apply to them',
    ),
  // Optional, not {}: the configuration of older runs, which lack these settings, stays the same.
  stageBatchSizes: z
    .strictObject({ text: some, audio: some, vision: some, dcca: some, fused: some })
    .optional()
    .describe('batch sizes of single stages, replacing those of Table 1'),
  stageWeightDecays: z
    .strictObject({ text: decay, audio: decay, vision: decay, dcca: decay, fused: decay })
    .optional()
    .describe('L2 weight decays of single stages, replacing those of Table 1'),
})

export type HdaSettings = z.infer<typeof hdaSettings>
