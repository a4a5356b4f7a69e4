/** The settings of Self-MM. */
import { z } from 'zod'
import { count, probability, someModalities } from '../../define/settings.js'

/** Self-MM's settings. Defaults are those of its published code for CMU-MOSEI. */
export const selfMmSettings = z.strictObject({
  modalities: someModalities.describe('the modalities to read'),
  textReadout: z
    .enum(['mean', 'first', 'last'])
    .default('mean')
    .describe(
      'vector of the text: the mean of its features; the first step (the [CLS] of BERT), as in the published code; or the last one, for sequences that end with what is to be judged',
    ),
  audioHidden: count.default(32).describe('hidden size of the audio LSTM'),
  visionHidden: count.default(32).describe('hidden size of the vision LSTM'),
  audioWidth: count.default(16).describe('width of the audio vector'),
  visionWidth: count.default(32).describe('width of the vision vector'),
  fusionFeatures: count.default(128).describe('width of the fusion’s two layers'),
  textFeatures: count.default(32).describe('width of the two layers of text alone'),
  audioFeatures: count.default(16).describe('width of the two layers of audio alone'),
  visionFeatures: count.default(16).describe('width of the two layers of vision alone'),
  unimodalLabels: z
    .enum(['generated', 'true'])
    .default('generated')
    .describe(
      'labels of the single modalities: generated, which move with the distances of their features from those of positive and negative samples, or the true ones. Classes and emotions only have true ones',
    ),
  largestLabel: z
    .number()
    .positive()
    .default(3)
    .describe('generated labels lie between this and its negative'),
  dropout: probability
    .default(0)
    .describe('dropout on the vectors before the layers of the fusion and of each modality'),
})

export type SelfMmSettings = z.infer<typeof selfMmSettings>
