/** Reads reference files of TBJE. */
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapsOf } from '../../published/results.js'

function reader(
  published: string,
  modalities: readonly ('text' | 'audio' | 'vision')[],
): ReferenceFormat {
  return {
    published,
    model: 'tbje',
    read(metadata) {
      const size = (key: string) => metadata.json(key, count)
      return {
        settings: {
          modalities,
          words: 'numbers',
          vocabulary: size('vocab'),
          embeddingWidth: size('word_embed_size'),
          width: size('hidden_size'),
          heads: size('multi_head'),
          layers: size('layer'),
          feedForward: size('ff_size'),
          textSteps: size('lang_seq_len'),
          audioSteps: size('audio_seq_len'),
          ...(modalities.includes('vision') && { visionSteps: size('video_seq_len') }),
          visionMask: 'audio',
          padding: 'seen',
          dropout: 0,
        },
        outputs: size('ans_size'),
      }
    },
    inputs: Object.fromEntries(modalities.map((modality) => [modality, modality])),
    results: (outputs) =>
      mapsOf(
        outputs,
        modalities.map((modality) => [`pool_${modality}`, `attention.${modality}.pooling`]),
      ),
  }
}

/** Reference files of the published code, which has no lengths. */
export const tbjeReferences: readonly ReferenceFormat[] = [
  reader('TBJE Model_LA', ['text', 'audio']),
  reader('TBJE Model_LAV', ['text', 'audio', 'vision']),
]
