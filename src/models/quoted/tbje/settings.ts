/** The settings of TBJE. */
import { z } from 'zod'
import { count, padding, probability, someModalities } from '../../define/settings.js'

const steps = count.default(60)

/**
 * TBJE's settings. Defaults are those of its published code, except that words are read as vectors.
 */
export const tbjeSettings = z.strictObject({
  modalities: someModalities.describe(
    'the modalities to read; the first of text, audio and vision guides the attention of the others',
  ),
  words: z
    .enum(['vectors', 'numbers'])
    .default('vectors')
    .describe(
      'form of the text: one vector per word (vectors), or one integer per word, 0 for padding and 1 for an unknown word, with a trained embedding (numbers, published code)',
    ),
  vocabulary: count
    .default(20_000)
    .describe('size of the embedding of word numbers; larger numbers count as unknown words'),
  embeddingWidth: count.default(300).describe('width of the embedding of word numbers'),
  width: count.default(512).describe('width of all layers'),
  heads: count.default(4).describe('heads of each attention; the width is divided among them'),
  layers: count.default(4).describe('number of blocks'),
  feedForward: count.default(1024).describe('hidden size of feed-forward networks and glimpses'),
  textSteps: steps.describe(
    'positions of the text: longer texts are cut, shorter ones padded; each position has a glimpse',
  ),
  audioSteps: steps.describe('positions of audio, likewise'),
  visionSteps: steps.describe('positions of vision, likewise'),
  visionMask: z
    .enum(['vision', 'audio'])
    .default('vision')
    .describe(
      'whose padding is hidden from the vision glimpses of the first block: vision, or audio as in the published code',
    ),
  padding: padding.describe(
    'hidden: padding is determined by the lengths, and the LSTM over the words stops at the last word; seen: steps of zeros are padding, and the LSTM runs over them, as in the published code. Later blocks see all positions in either case',
  ),
  dropout: probability
    .default(0.1)
    .describe('dropout on attention weights, inside networks, and on what each adds'),
})

export type TbjeSettings = z.infer<typeof tbjeSettings>
