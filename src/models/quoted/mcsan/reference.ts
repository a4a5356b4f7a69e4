/** Reads reference files of MCSAN, put together from PyTorch's layers. */
import { reduceMean } from '../../../graph/index.js'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapOf } from '../../published/results.js'

export const mcsanReference: ReferenceFormat = {
  published: 'MCSAN',
  model: 'mcsan',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    return {
      settings: {
        width: size('hidden'),
        layers: size('layers'),
        heads: size('heads'),
        kernel: size('kernel'),
        pool: size('pool'),
        feedForward: size('feed_forward'),
        classifierWidth: size('classifier_hidden'),
        dropout: 0,
      },
      outputs: size('classes'),
    }
  },
  inputs: {
    text: 'text',
    audio: 'audio',
    text_lengths: 'text_lengths',
    audio_lengths: 'audio_lengths',
  },
  results: (outputs) => ({
    pooled: mapOf(outputs, 'pooled'),
    attention_audio_to_text: reduceMean(mapOf(outputs, 'attention.audio_to_text'), 1),
    attention_text_to_audio: reduceMean(mapOf(outputs, 'attention.text_to_audio'), 1),
  }),
}
