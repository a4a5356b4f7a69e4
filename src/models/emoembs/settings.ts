/** The settings of EmoEmbs. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/** EmoEmbs' settings. Defaults are those of its published code, but for the width of the vectors. */
export const emoembsSettings = z.strictObject({
  modalities: someModalities.describe('the modalities to read; a single one has no mixing weights'),
  vectorWidth: count
    .default(100)
    .describe(
      'size of the word vectors and of the text LSTM: 100 for the vectors included with Limbic; the paper uses 300, with the file glove.840B.300d',
    ),
  words: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('the word for each output (default: the class names)'),
  audioHidden: count.default(200).describe('hidden size of the audio LSTM'),
  visionHidden: count.default(100).describe('hidden size of the vision LSTM'),
  layers: z.int().min(1).max(4).default(2).describe('layers of each LSTM'),
  dropout: probability.default(0.15).describe('dropout between the LSTM layers'),
  readout: z
    .enum(['step', 'states'])
    .default('step')
    .describe(
      'what represents a modality: step, the output at its last step, where the backward direction has read only that step (published code); states, the final state of each direction',
    ),
  padding: padding.describe(
    'hidden: padding is masked, so a prediction does not depend on the batch; seen: the LSTMs run over the padding and are read at its end, as in the published code',
  ),
})

export type EmoembsSettings = z.infer<typeof emoembsSettings>
