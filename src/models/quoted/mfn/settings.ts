/** The settings of MFN. */
import { z } from 'zod'
import { count, probability } from '../../define/settings.js'
import { memorySettings } from '../blocks/memory-settings.js'
import { systemSettings } from '../blocks/system-of-lstms.js'

/**
 * MFN's settings. Defaults are those of its published code for CMU-MOSI: of the two configurations
 * that its random search found, the one chosen by mean absolute error.
 */
export const mfnSettings = z.strictObject({
  ...systemSettings({ text: 88, audio: 48, vision: 16 }),
  ...memorySettings({
    memory: 128,
    widths: { proposal: 64, retain: 256, update: 64, head: 64 },
    dropouts: { proposal: 0.2, retain: 0, update: 0.2, head: 0.5 },
  }),
  attentionWidth: count.default(128).describe('hidden width of the attention on the cells'),
  gates: z
    .enum(['attended', 'memory'])
    .default('attended')
    .describe(
      'what the gates read: the attended cells (attended, paper), or also the memory itself, as in the published code (memory)',
    ),
  attentionDropout: probability.default(0).describe('dropout within the attention'),
})

export type MfnSettings = z.infer<typeof mfnSettings>
