import { z } from 'zod'
import { modalities } from '../../modalities.js'

/**
 * Choices that both baselines have. The document (section 5) names them and gives no sizes;
 * defaults are those of its published code.
 */
export const commonSettings = {
  modalities: z
    .array(z.enum(modalities))
    .min(1)
    .default([...modalities])
    .describe('those that the model reads; one alone has no fusion'),
  hidden: z
    .int()
    .positive()
    .optional()
    .describe('width of the encoders; unless given each has the width of its modality’s features'),
} as const

export const probability = z.number().min(0).max(0.99)
