/** The settings of RAVEN. */
import { z } from 'zod'
import { count, probability, someModalities } from '../../define/settings.js'

/**
 * RAVEN's settings. By default, sizes are those of its published code, equations those of the
 * paper.
 */
export const ravenSettings = z.strictObject({
  modalities: someModalities
    .refine((chosen) => chosen.includes('text'), 'the words that are shifted')
    .describe('the modalities to read: text, and what shifts its words'),
  nonverbal: z
    .enum(['frames', 'words'])
    .default('frames')
    .describe(
      'voice and face as the frames of each word (frames; inputs such as audioFrames and audioFrameCounts), or as one vector per word (words; inputs such as audio)',
    ),
  frames: count.default(20).describe('number of frames per word in the data'),
  normWidth: count.default(150).describe('width to which each frame is projected'),
  cellWidth: count.default(150).describe('hidden size of the LSTMs over the frames of a word'),
  hidden: count.default(300).describe('hidden size of the LSTM over the shifted words'),
  gates: z
    .enum(['sigmoid', 'linear'])
    .default('sigmoid')
    .describe(
      'gates of voice and face: between 0 and 1 (sigmoid, paper), or any number (linear, published code)',
    ),
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
    .describe('largest length of a shift, relative to that of the word'),
  gradients: z
    .enum(['all', 'words'])
    .default('all')
    .describe(
      'what is trained: everything (all), or only the LSTM over the words and the output (words), as in the published code, where the layers that shift the words keep their initial values',
    ),
  normalise: z
    .enum(['none', 'slots'])
    .default('none')
    .describe(
      'normalisation of audio: none (paper), or slots: at each position of a word over the batch, in prediction too, so that a prediction depends on its batch (published code)',
    ),
  slots: count
    .default(50)
    .describe('number of word positions that are normalised; at later ones audio is read as zeros'),
  frameDropout: probability.default(0.2).describe('dropout on the frames'),
  wordDropout: probability.default(0.2).describe('dropout on the shifted words'),
})

export type RavenSettings = z.infer<typeof ravenSettings>
