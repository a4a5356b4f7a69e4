/** Reads reference files of the late-fusion baselines. */
import { z } from 'zod'
import { count } from '../define/settings.js'
import type { ReferenceFormat } from './reference-format.js'

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
