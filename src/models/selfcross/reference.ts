/** How reference files of SelfCross are read. */
import { z } from 'zod'
import { count } from '../define/settings.js'
import type { ReferenceFormat } from '../published/reference-format.js'

const parameters = z.object({ rnnsize: count, txt_nh: count, output_dim: count })

function reader(published: string, attention: 'self' | 'cross'): ReferenceFormat {
  return {
    published,
    model: 'selfcross',
    read(metadata) {
      const { rnnsize, txt_nh, output_dim } = metadata.json('params', parameters)
      return {
        settings: {
          attention,
          hidden: rnnsize,
          heads: txt_nh,
          padding: 'seen',
          attentionDropout: 0,
          textDropout: 0,
        },
        outputs: output_dim,
      }
    },
    inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  }
}

/** Reference files of the published code, which knows no lengths. */
export const selfCrossReferences: readonly ReferenceFormat[] = [
  reader('TVAModel_Self', 'self'),
  reader('TVAModel_Cross', 'cross'),
]
