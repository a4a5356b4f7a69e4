/** Reads reference files of TFN and LMF. Their published code runs over the padding. */
import { count } from '../../define/settings.js'
import type { ReferenceFormat, ReferenceMetadata } from '../../published/reference-format.js'
import { mapsOf } from '../../published/results.js'

/** @param own the settings of the fusion, read from the sizes in the metadata */
function reader(
  published: string,
  model: string,
  own: (size: (key: string) => number) => Readonly<Record<string, unknown>>,
): ReferenceFormat {
  return {
    published,
    model,
    read(metadata: ReferenceMetadata) {
      const size = (key: string) => metadata.json(key, count)
      return {
        settings: {
          audioHidden: size('audio_hidden'),
          visionHidden: size('vision_hidden'),
          textHidden: size('text_hidden'),
          textWidth: size('text_out'),
          padding: 'seen',
          audioDropout: 0,
          visionDropout: 0,
          textDropout: 0,
          ...own(size),
        },
        outputs: 1,
      }
    },
    inputs: { text: 'text', audio: 'audio', vision: 'vision' },
    results: (outputs) =>
      mapsOf(outputs, [
        ['audio', 'vector.audio'],
        ['video', 'vector.vision'],
        ['text', 'vector.text'],
      ]),
  }
}

export const fusionReferences: readonly ReferenceFormat[] = [
  reader('TFN', 'tfn', (size) => ({ fusionWidth: size('post_fusion_dim'), fusionDropout: 0 })),
  reader('LMF', 'lmf', (size) => ({ rank: size('rank'), weightedRanks: true })),
]
