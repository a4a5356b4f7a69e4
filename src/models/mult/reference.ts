/** Reads reference files of MulT. */
import { z } from 'zod'
import { type Modality, modalities } from '../../base/modalities.js'
import { count } from '../define/settings.js'
import type { ReferenceFormat } from '../published/reference-format.js'

const hyper = z.object({
  num_heads: count,
  layers: count,
  output_dim: count,
  attn_mask: z.boolean(),
  lonly: z.boolean(),
  aonly: z.boolean(),
  vonly: z.boolean(),
})

const switches: Readonly<Record<Modality, 'lonly' | 'aonly' | 'vonly'>> = {
  text: 'lonly',
  audio: 'aonly',
  vision: 'vonly',
}

/** Reference files of the published MulT code, which has no lengths. */
export const multReference: ReferenceFormat = {
  published: 'MULTModel',
  model: 'mult',
  read(metadata) {
    const given = metadata.json('hyper', hyper)
    return {
      settings: {
        streams: modalities.filter((modality) => given[switches[modality]]),
        heads: given.num_heads,
        layers: given.layers,
        futureMask: given.attn_mask,
        residual: 'plain',
        padding: 'seen',
        attentionDropout: 0,
        reluDropout: 0,
        residualDropout: 0,
        embedDropout: 0,
      },
      outputs: given.output_dim,
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
}
