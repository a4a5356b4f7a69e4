/** The settings of MCSAN. */
import { z } from 'zod'
import { modalities } from '../../../base/modalities.js'
import { count, probability } from '../../define/settings.js'

/** MCSAN's settings: those of the paper, and our choices where it says nothing. */
export const mcsanSettings = z.strictObject({
  modalities: z
    .array(z.enum(modalities))
    .length(2)
    .refine(([first, second]) => first !== second, 'two different modalities')
    .default(['audio', 'text'])
    .describe('the two modalities to read; the paper reads audio and text'),
  width: count.default(128).describe('width of all representations'),
  layers: count.default(1).describe('layers of each of the three attention modules'),
  heads: count.default(8).describe('heads of each attention; the width is divided among them'),
  kernel: count.default(3).describe('kernel size of the two convolutions of audio or vision'),
  pool: count
    .default(3)
    .describe('window of each of the two max-poolings of audio or vision, in steps'),
  feedForward: count
    .default(512)
    .describe('width inside the feed-forward networks; not in the paper'),
  classifierWidth: count
    .default(128)
    .describe('width of the layer before the output; not in the paper'),
  dropout: probability.default(0).describe('dropout in the attention modules; not in the paper'),
})

export type McsanSettings = z.infer<typeof mcsanSettings>
