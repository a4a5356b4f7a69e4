/** The settings of MISA. */
import { z } from 'zod'
import { count, probability, someModalities } from '../../define/settings.js'

const weight = z.number().nonnegative()

/** MISA's settings. Defaults are those of its published code for CMU-MOSI. */
export const misaSettings = z.strictObject({
  modalities: someModalities.describe('the modalities to read'),
  width: count.default(128).describe('width of all representations'),
  textReadout: z
    .enum(['states', 'mean'])
    .default('states')
    .describe(
      'vector of the text: the final states of two LSTMs (states), as for the other modalities and, in the published code, for word vectors; or the mean of the features over the words (mean), as there for BERT',
    ),
  vocabulary: count
    .optional()
    .describe(
      'read the text as word numbers below this and train a table of their vectors, as in the published code without BERT (default: the text is read as features)',
    ),
  wordWidth: count.default(300).describe('width of the word vectors; only with a vocabulary'),
  similarity: z
    .enum(['moments', 'adversarial'])
    .default('moments')
    .describe(
      'what makes the shared representations similar: matching central moments (moments), or the reversed gradient of a discriminator that tells the modalities apart (adversarial)',
    ),
  moments: count.default(5).describe('highest order of the central moments that are compared'),
  reverseWeight: weight.default(1).describe('factor on the reversed gradient of the discriminator'),
  differenceWeight: weight
    .default(0.3)
    .describe('weight of the objective that keeps private and shared representations apart'),
  similarityWeight: weight
    .default(1)
    .describe('weight of the objective that makes shared representations similar'),
  reconstructionWeight: weight.default(1).describe('weight of the reconstruction error'),
  heads: count.default(2).describe('heads of the attention among the representations'),
  feedForward: count.default(2048).describe('width inside the transformer layer'),
  dropout: probability
    .default(0.5)
    .describe('dropout in the layers before the prediction and in the discriminator'),
  transformerDropout: probability.default(0.1).describe('dropout in the transformer layer'),
})

export type MisaSettings = z.infer<typeof misaSettings>
