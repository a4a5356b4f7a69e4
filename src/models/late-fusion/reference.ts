import type { ReferenceReader } from '../reference.js'

function lengths(metadata: Readonly<Record<string, string>>, name: string): number[] {
  const found: unknown = JSON.parse(metadata[`${name}_lengths`] ?? '[]')
  return Array.isArray(found) ? found.map(Number) : []
}

function reader(
  published: string,
  model: string,
  settings: Readonly<Record<string, unknown>>,
): ReferenceReader {
  return {
    published,
    model,
    read: (metadata) => ({
      settings: { ...settings, dropout: 0 },
      outputs: JSON.parse(metadata.pos_weight ?? '[]').length,
      packed: { audio: lengths(metadata, 'audio'), vision: lengths(metadata, 'vision') },
    }),
    inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  }
}

/** Reference files of the document's published code, whose LSTM runs over the padding. */
export const lateFusionReferences: readonly ReferenceReader[] = [
  reader('lf-lstm', 'lf-lstm', { padding: 'seen' }),
  reader('lf-transformer', 'lf-trans', {}),
]
