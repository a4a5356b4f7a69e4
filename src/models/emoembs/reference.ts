/** Reads reference files of EmoEmbs. */
import { z } from 'zod'
import { count } from '../define/settings.js'
import type { ReferenceFormat } from '../published/reference-format.js'

/** Reference files of EmoEmbs' published code, which runs over the padding. */
export const emoembsReference: ReferenceFormat = {
  published: 'EmotionEmbAttnModel',
  model: 'emoembs',
  read(metadata) {
    const [text, audio, vision] = metadata.json('hidden_sizes', z.tuple([count, count, count]))
    return {
      settings: {
        vectorWidth: text,
        audioHidden: audio,
        visionHidden: vision,
        layers: metadata.json('layers', count),
        padding: 'seen',
        dropout: 0,
      },
      outputs: metadata.json('num_classes', count),
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
}
