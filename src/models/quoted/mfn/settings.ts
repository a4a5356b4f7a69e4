/** The settings of MFN. */
import { z } from 'zod'
import { count, probability } from '../../define/settings.js'
import { systemSettings } from '../blocks/system-of-lstms.js'

/**
 * MFN's settings. Defaults are those of its published code for CMU-MOSI: of the two configurations
 * that its random search found, the one chosen by mean absolute error.
 */
export const mfnSettings = z.strictObject({
  ...systemSettings({ text: 88, audio: 48, vision: 16 }),
  memory: count.default(128).describe('width of the memory'),
  attentionWidth: count.default(128).describe('hidden width of the attention on the cells'),
  proposalWidth: count.default(64).describe('hidden width of the network that proposes memories'),
  retainWidth: count.default(256).describe('hidden width of the retain gate'),
  updateWidth: count.default(64).describe('hidden width of the update gate'),
  headWidth: count.default(64).describe('hidden width of the output network'),
  gates: z
    .enum(['attended', 'memory'])
    .default('attended')
    .describe(
      'what the gates read: the attended cells (attended, paper), or also the memory itself, as in the published code (memory)',
    ),
  attentionDropout: probability.default(0).describe('dropout within the attention'),
  proposalDropout: probability
    .default(0.2)
    .describe('dropout within the network that proposes memories'),
  retainDropout: probability.default(0).describe('dropout within the retain gate'),
  updateDropout: probability.default(0.2).describe('dropout within the update gate'),
  headDropout: probability.default(0.5).describe('dropout within the output network'),
})

export type MfnSettings = z.infer<typeof mfnSettings>
