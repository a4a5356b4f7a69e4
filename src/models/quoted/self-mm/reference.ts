/** Reads reference files of Self-MM, in which the one batch is the whole training set. */
import { z } from 'zod'
import { modalities } from '../../../base/modalities.js'
import { squeeze } from '../../../graph/index.js'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'

/**
 * Reference files of the published code without BERT: the text's first step is the vector of its
 * [CLS].
 */
export const selfMmReference: ReferenceFormat = {
  published: 'Self-MM',
  model: 'self-mm',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    // Labels of exactly 0 count neither as positive nor as negative.
    metadata.json('excludeZero', z.literal(true))
    return {
      settings: {
        textReadout: 'first',
        audioHidden: size('a_lstm_hidden_size'),
        visionHidden: size('v_lstm_hidden_size'),
        audioWidth: size('audio_out'),
        visionWidth: size('video_out'),
        fusionFeatures: size('post_fusion_dim'),
        textFeatures: size('post_text_dim'),
        audioFeatures: size('post_audio_dim'),
        visionFeatures: size('post_video_dim'),
        largestLabel: metadata.json('H', z.number().positive()),
        dropout: 0,
      },
      outputs: 1,
      loss: 'L1',
    }
  },
  inputs: {
    ...{ text: 'text', audio: 'audio', vision: 'vision' },
    ...{ audio_lengths: 'audio_lengths', vision_lengths: 'vision_lengths' },
  },
  results: ({ heads = {}, maps }) =>
    Object.fromEntries([
      ...Object.entries(heads).map(([name, own]) => [name, squeeze(own, 1)] as const),
      ...Object.entries(maps).map(
        ([name, map]) => [name.replace('features.', 'feature_'), map] as const,
      ),
    ]),
  losses: {
    fusion: 'prediction',
    ...Object.fromEntries(
      modalities.map((name) => [name, { objective: `alone.${name}`, weight: 1 }]),
    ),
  },
  memory: modalities.map((name) => ({
    buffer: `memory.${name}.labels`,
    start: `input.labels.${name}`,
    after: `adam.labels.${name}`,
  })),
}
