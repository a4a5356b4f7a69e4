/** Reads reference files of RAVEN. */
import { z } from 'zod'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapsOf } from '../../published/results.js'

function reader(published: string, gradients: 'all' | 'words'): ReferenceFormat {
  return {
    published,
    model: 'raven',
    read(metadata) {
      const size = (key: string) => metadata.json(key, count)
      return {
        settings: {
          frames: size('shift_padding_len'),
          slots: size('padding_len'),
          normWidth: size('normDim'),
          cellWidth: size('cellDim'),
          hidden: size('hiddenDim'),
          beta: metadata.json('shift_weight', z.number()),
          gates: 'linear',
          scaling: 'proportional',
          normalise: 'slots',
          gradients,
          frameDropout: 0,
          wordDropout: 0,
        },
        outputs: 1,
      }
    },
    inputs: {
      text: 'text',
      audioFrames: 'audio',
      audioFrameCounts: 'audio_lengths',
      visionFrames: 'vision',
      visionFrameCounts: 'vision_lengths',
      lengths: 'lengths',
    },
    results: (outputs) => mapsOf(outputs, resultNames),
  }
}

const resultNames = [
  ['audio_weight', 'steps.text.audio_gate'],
  ['vision_weight', 'steps.text.vision_gate'],
  ['shift', 'shift'],
] as const

/** Reference files of the published code, and of the same with its cuts of the gradient removed. */
export const ravenReferences: readonly ReferenceFormat[] = [
  reader('RAVEN', 'words'),
  reader('RAVEN, gradients let through', 'all'),
]
