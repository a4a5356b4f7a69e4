/** The settings of MCTN. */
import { z } from 'zod'
import { modalities } from '../../../base/modalities.js'
import { count, padding } from '../../define/settings.js'

const weight = z.number().nonnegative()

/** MCTN's settings. Sizes and weights are those of the published code for CMU-MOSI. */
export const mctnSettings = z.strictObject({
  order: z
    .array(z.enum(modalities))
    .min(2)
    .max(3)
    .refine((chosen) => new Set(chosen).size === chosen.length, 'each modality once')
    .default(['text', 'vision', 'audio'])
    .describe(
      'the modality to read, then the one or two that it is translated to; a third adds the second level. Only the first is read at prediction. The published code has text, audio, vision',
    ),
  hidden: count.default(32).describe('size of the first encoder and decoder'),
  secondHidden: count.default(32).describe('size of the second encoder and decoder'),
  regressionHidden: count.default(32).describe('size of the LSTM that predicts'),
  cells: z
    .enum(['lstm', 'published'])
    .default('lstm')
    .describe(
      'lstm: LSTM cells (paper); published: those of the published code, with hard sigmoid gates, encoders that carry on the tanh of the cell state, and decoders with one gate for input and forget',
    ),
  translationWeight: weight.default(0.1).describe('weight of the first translation’s error'),
  cycleWeight: weight.default(0.1).describe('weight of the error of the translation back'),
  secondTranslationWeight: weight.default(0.1).describe('weight of the second translation’s error'),
  l2Weight: weight
    .default(0.01)
    .describe('weight of the sum of squares of the last linear layer’s weight'),
  padding: padding.describe(
    'hidden: a sample ends at its last step, so a prediction does not depend on the batch; seen: padding is read and translated, as in the published code',
  ),
})

export type MctnSettings = z.infer<typeof mctnSettings>
