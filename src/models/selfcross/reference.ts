import { z } from 'zod'
import { validate } from '../../validation.js'
import { count } from '../parts/settings.js'
import type { ReferenceReader } from '../reference.js'

const parameters = z.object({ rnnsize: count, txt_nh: count, output_dim: count })

function reader(published: string, attention: 'self' | 'cross'): ReferenceReader {
  return {
    published,
    model: 'selfcross',
    read(metadata) {
      const where = `reference file of ${published}, params`
      const { rnnsize, txt_nh, output_dim } = validate(
        parameters,
        JSON.parse(metadata.params ?? '{}'),
        where,
      )
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
export const selfCrossReferences: readonly ReferenceReader[] = [
  reader('TVAModel_Self', 'self'),
  reader('TVAModel_Cross', 'cross'),
]
