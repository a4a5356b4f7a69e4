/** The settings of MCSAN. */
import { z } from 'zod'
import { modalities } from '../../../base/modalities.js'
import { count, probability } from '../../define/settings.js'

/** MCSAN's settings: its published configuration, and our readings of what is not told. */
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
  kernel: count.default(3).describe('kernel size of the two convolutions, of audio and vision'),
  pool: count
    .default(3)
    .describe('steps that each of the two poolings, of audio and vision, makes into one'),
  feedForward: count
    .default(512)
    .describe('width inside the feed-forward networks; not told by the paper'),
  classifierWidth: count
    .default(128)
    .describe('width of the layer before the output; not told by the paper'),
  dropout: probability
    .default(0)
    .describe('dropout in the attention modules; not told by the paper'),
})

export type McsanSettings = z.infer<typeof mcsanSettings>
