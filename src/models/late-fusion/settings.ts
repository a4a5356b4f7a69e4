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
    .union([z.literal('width'), z.int().positive()])
    .default('width')
    .describe('width of the encoders: a number for all, or width, each modality its own features'),
} as const

export const probability = z.number().min(0).max(0.99)
