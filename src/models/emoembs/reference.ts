import { LimbicError } from '../../errors.js'
import type { ReferenceReader } from '../reference.js'

function sizes(metadata: Readonly<Record<string, string>>, name: string): number[] {
  const found: unknown = JSON.parse(metadata[name] ?? 'null')
  if (Array.isArray(found)) return found.map(Number)
  throw new LimbicError(`the metadata lack "${name}"`, { expected: 'a list of sizes' })
}

/** Reference files of EmoEmbs' published code, which runs over the padding. */
export const emoembsReference: ReferenceReader = {
  published: 'EmotionEmbAttnModel',
  model: 'emoembs',
  read(metadata) {
    const [text, audio, vision] = sizes(metadata, 'hidden_sizes')
    return {
      settings: {
        vectorWidth: text,
        audioHidden: audio,
        visionHidden: vision,
        layers: Number(metadata.layers),
        padding: 'seen',
        dropout: 0,
      },
      outputs: Number(metadata.num_classes),
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
}
