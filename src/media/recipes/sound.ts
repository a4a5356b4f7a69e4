/** Recipes for sound: one feature with all its settings, and the steps around it. */
import { z } from 'zod'
import { featureSettings } from '../sound/features/settings.js'

export const soundRecipe = z.strictObject({
  /** The feature; sound is first resampled to its rate. */
  feature: featureSettings,
  /** Whether stretches without voice are removed first. */
  cutSilence: z.boolean(),
  /**
   * The rows per chunk if steps are chunks [1, width, rows], such as pictures of a mel spectrogram,
   * the last padded with zeros; null if each row is a step.
   */
  chunk: z.int().positive().nullable(),
})
export type SoundRecipe = z.infer<typeof soundRecipe>
