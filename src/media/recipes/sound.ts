/** What a recipe may make of sound: one feature with all its settings, and what is done around it. */
import { z } from 'zod'
import { featureSettings } from '../sound/features/settings.js'

export const soundRecipe = z.strictObject({
  /** Sound is resampled to its rate first. */
  feature: featureSettings,
  /** Whether stretches without voice are cut out before. */
  cutSilence: z.boolean(),
  /**
   * Rows a chunk, where steps are chunks [1, width, rows], such as pictures of a mel spectrogram,
   * the last filled up with zeros; null where each row is a step.
   */
  chunk: z.int().positive().nullable(),
})
export type SoundRecipe = z.infer<typeof soundRecipe>
