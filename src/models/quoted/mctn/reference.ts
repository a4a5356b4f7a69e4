/** Reads reference files of MCTN. */
import { z } from 'zod'
import { modalities } from '../../../base/modalities.js'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapOf, mapsOf } from '../../published/results.js'

/** Reference files of the published code, which has no lengths; the file names the modalities. */
const format = (published: string, levels: 1 | 2): ReferenceFormat => ({
  published,
  model: 'mctn',
  // The formula in the metadata is the L1 error of the prediction plus our objectives.
  read: (metadata) => ({
    settings: {
      order: metadata.json('order', z.array(z.enum(modalities))),
      hidden: metadata.json('hidden_dim', count),
      ...(levels === 2 && { secondHidden: metadata.json('hidden_dim_2', count) }),
      regressionHidden: metadata.json('reg_hidden_dim', count),
      l2Weight: metadata.json('l2_factor', z.number()),
      ...{ cells: 'published', padding: 'seen' },
    },
    outputs: 1,
    loss: 'L1',
  }),
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  results(outputs) {
    const names = [
      'translation1',
      'cycle',
      'joint1',
      ...(levels === 2 ? ['translation2', 'joint2'] : []),
    ]
    return {
      ...mapsOf(
        outputs,
        names.map((name) => [name, name]),
      ),
      attention: mapOf(outputs, 'attention.fused_to_text'),
    }
  },
  losses: {
    regression: 'prediction',
    translation1: { objective: 'translation1', weight: 0.1 },
    cycle: { objective: 'cycle', weight: 0.1 },
    ...(levels === 2 && { translation2: { objective: 'translation2', weight: 0.1 } }),
    l2: { objective: 'l2', weight: 1 },
  },
})

/** Of two modalities, and of three. */
export const mctnReferences: readonly ReferenceFormat[] = [
  format('MCTN, bimodal', 1),
  format('MCTN, hierarchical', 2),
]
