import { z } from 'zod'
import type { ReferenceFormat } from '../parts/reference-format.js'
import { count } from '../parts/settings.js'

const lengths = z.array(count)

function reader(
  published: string,
  model: string,
  settings: Readonly<Record<string, unknown>>,
): ReferenceFormat {
  return {
    published,
    model,
    read: (metadata) => ({
      settings: { ...settings, dropout: 0 },
      outputs: metadata.json('pos_weight', z.array(z.number())).length,
      packed: {
        audio: metadata.json('audio_lengths', lengths),
        vision: metadata.json('vision_lengths', lengths),
      },
    }),
    inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  }
}

/** Reference files of the document's published code, whose LSTM runs over the padding. */
export const lateFusionReferences: readonly ReferenceFormat[] = [
  reader('lf-lstm', 'lf-lstm', { padding: 'seen' }),
  reader('lf-transformer', 'lf-trans', {}),
]
