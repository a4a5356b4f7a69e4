/** The settings of Graph-MFN. */
import { z } from 'zod'
import { count } from '../../define/settings.js'
import { memorySettings } from '../blocks/memory-settings.js'
import { systemSettings } from '../blocks/system-of-lstms.js'

/** Graph-MFN's settings. Sizes are those of the published code (MMSA's) for CMU-MOSEI. */
export const graphMfnSettings = z.strictObject({
  ...systemSettings({ text: 64, audio: 16, vision: 64 }),
  ...memorySettings({
    memory: 300,
    widths: { proposal: 32, retain: 64, update: 256, head: 128 },
    dropouts: { proposal: 0.5, retain: 0, update: 0.7, head: 0.7 },
  }),
  node: count.default(128).describe('width of the vertices of two or more modalities'),
  core: count.default(100).describe('hidden width of the networks of the graph'),
  reads: z
    .enum(['cells', 'outputs'])
    .default('cells')
    .describe(
      'what the graph reads of the LSTMs before and after each step: their cell states, as in MFN, which the paper extends, or their outputs, as in the published code',
    ),
  efficacies: z
    .enum(['sigmoid', 'linear'])
    .default('sigmoid')
    .describe(
      'weights of the edges: between 0 and 1 (sigmoid, paper), or any number (linear, published code)',
    ),
  vertexNetworks: z
    .enum(['learning', 'fixed'])
    .default('learning')
    .describe(
      'learning: the networks of the vertices are trained; fixed: they keep their random initial values, as in the published code, which never passes them to its optimiser',
    ),
  gates: z
    .enum(['fused', 'memory'])
    .default('memory')
    .describe(
      'what the gates read: the top vertex (fused), or also the memory itself, as in the published code (memory)',
    ),
})

export type GraphMfnSettings = z.infer<typeof graphMfnSettings>
