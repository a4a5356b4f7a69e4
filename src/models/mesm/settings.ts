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
        'p of the nucleus: the share of the attention that the selected positions have; 1 keeps all',
      ),
    attentionWidths: z
      .tuple([count, count, count])
      .default([64, 128, 256])
      .describe('width of the attention of each of the three sparse blocks'),
    attentionGradient: z
      .enum(['none', 'straight-through'])
      .default('none')
      .describe(
        'whether the attention learns: none as published, where no gradient passes the selection; straight-through as if features were multiplied with their weights',
      ),
    pairing: z
      .enum(['aligned', 'published'])
      .default('aligned')
      .describe(
        'where the features of selected positions go: to their own (aligned), or where the published code puts them, mostly into other frames',
      ),
  })
  .refine(({ modalities }) => modalities.includes('text') && modalities.length > 1, {
    message: 'the words choose what is read of faces and sound: text, and one of them at least',
    path: ['modalities'],
  })

export type MesmSettings = z.infer<typeof mesmSettings>
