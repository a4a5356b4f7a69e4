/** Settings shared by several models. */
import { z } from 'zod'
import { modalities } from '../../base/modalities.js'

/** A number of units, layers or steps. */
export const count = z.int().positive()

/** A probability of dropout. */
export const probability = z.number().min(0).max(0.99)

/** The modalities to read. */
export const someModalities = z
  .array(z.enum(modalities))
  .min(1)
  .refine((chosen) => new Set(chosen).size === chosen.length, 'each modality once')
  .default([...modalities])

/** Whether padding is hidden, or counts as steps as in most published code. */
export const padding = z.enum(['hidden', 'seen']).default('hidden')
