/** What can be chosen of EmoEmbs. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../define/settings.js'

/** EmoEmbs' choices. Defaults are those of its published code, but for the width of the vectors. */
export const emoembsSettings = z.strictObject({
  modalities: someModalities.describe(
    'those that the model reads; one alone has no mixing weights',
  ),
  vectorWidth: count
    .default(100)
    .describe(
      'width of the word vectors, and so of the text LSTM: 100 for the vectors that Limbic brings; the document has 300, with the file glove.840B.300d',
    ),
  words: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('the word of each output; the names of the classes unless given'),
  audioHidden: count.default(200).describe('width of the LSTM for audio'),
  visionHidden: count.default(100).describe('width of the LSTM for vision'),
  layers: z.int().min(1).max(4).default(2).describe('of each LSTM'),
  dropout: probability.default(0.15).describe('between the layers of an LSTM'),
  readout: z
    .enum(['step', 'states'])
    .default('step')
    .describe(
      'what represents a modality: step, the output at its last step, of which the backward direction has read no more (published code); states, what each direction ends with',
    ),
  padding: padding.describe(
    'hidden: a sample’s prediction does not depend on its batch; seen: the LSTMs run over the padding and are read at its end, as the published code does',
  ),
})

export type EmoembsSettings = z.infer<typeof emoembsSettings>
