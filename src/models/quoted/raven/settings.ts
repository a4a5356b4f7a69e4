/** The settings of RAVEN. */
import { z } from 'zod'
import { count, probability, someModalities } from '../../define/settings.js'

/** RAVEN's settings. Sizes are those of its published code, equations those of the paper. */
export const ravenSettings = z.strictObject({
  modalities: someModalities
    .refine((chosen) => chosen.includes('text'), 'the words that are shifted')
    .describe('the modalities to read: text, and what shifts its words'),
  nonverbal: z
    .enum(['frames', 'words'])
    .default('frames')
    .describe(
      'what is read of voice and face: frames, those of each word (inputs such as audioFrames and audioFrameCounts); words, one vector per word (inputs such as audio)',
    ),
  frames: count.default(20).describe('the most frames of a word, as the data has them'),
  normWidth: count.default(150).describe('width to which each frame is projected'),
  cellWidth: count.default(150).describe('hidden size of the LSTMs over the frames of a word'),
  hidden: count.default(300).describe('hidden size of the LSTM over the shifted words'),
  gates: z
    .enum(['sigmoid', 'linear'])
    .default('sigmoid')
    .describe('the gates of voice and face: squashed to 0 to 1 (paper), or not (published code)'),
  scaling: z
    .enum(['bounded', 'proportional'])
    .default('bounded')
    .describe(
      'how the shift b of a word e is scaled: bounded, b is added and shortened to beta |e| if longer (paper); proportional, beta |e| b / max(|b|, 1) is added (published code)',
    ),
  beta: z
    .number()
    .positive()
    .default(0.2)
    .describe('the length of the longest shift, relative to that of the word'),
  gradients: z
    .enum(['all', 'words'])
    .default('all')
    .describe(
      'what learns: all, or words, only the LSTM over the words and the output, as in the published code, where what shifts them stays as it starts',
    ),
  normalise: z
    .enum(['none', 'slots'])
    .default('none')
    .describe(
      'slots: audio is normalised for each position of a word over the batch, in prediction too, as in the published code, so that a prediction depends on its batch; none (paper)',
    ),
  slots: count
    .default(50)
    .describe('positions of words that are normalised; at later ones audio counts as zeros'),
  frameDropout: probability.default(0.2).describe('dropout on the frames'),
  wordDropout: probability.default(0.2).describe('dropout on the shifted words'),
})

export type RavenSettings = z.infer<typeof ravenSettings>
