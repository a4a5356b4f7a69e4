/** The settings of MESM: those of FE2E, and what makes it sparse. */
import { z } from 'zod'
import { count } from '../define/settings.js'
import { fe2eSettings } from '../fe2e/settings.js'

export const mesmSettings = z
  .strictObject({
    ...fe2eSettings.shape,
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe(
        'p of the nucleus: the share of the attention on the selected positions; 1 selects all',
      ),
    attentionWidths: z
      .tuple([count, count, count])
      .default([64, 128, 256])
      .describe('width of the attention of each of the three sparse blocks'),
    attentionGradient: z
      .enum(['none', 'straight-through'])
      .default('none')
      .describe(
        'gradient of the attention: none, as in the published code, where the selection passes no gradient; or straight-through, as if features were multiplied by their weights',
      ),
    pairing: z
      .enum(['aligned', 'published'])
      .default('aligned')
      .describe(
        'positions of the selected features: their own (aligned), or those that the published code gives them, mostly in other frames (published)',
      ),
  })
  .refine(({ modalities }) => modalities.includes('text') && modalities.length > 1, {
    message:
      'text and at least one of vision and audio: the words select what is read of faces and sound',
    path: ['modalities'],
  })

export type MesmSettings = z.infer<typeof mesmSettings>
