/** Reads reference files of MISA. */
import { z } from 'zod'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapsOf } from '../../published/results.js'

const weight = z.number().positive()

/** The published name of each of our maps. */
const names = ['text', 'vision', 'audio'].flatMap((modality) =>
  ['private', 'shared'].map((part) => [`${part}_${modality}`, `${part}.${modality}`] as const),
)

/** Reference files of the published code, without BERT. */
export const misaReference: ReferenceFormat = {
  published: 'MISA',
  model: 'misa',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    const weights = {
      differenceWeight: metadata.json('diff_weight', weight),
      similarityWeight: metadata.json('sim_weight', weight),
      reconstructionWeight: metadata.json('recon_weight', weight),
    }
    return {
      settings: {
        width: size('hidden_size'),
        vocabulary: size('vocab'),
        wordWidth: size('text'),
        similarity: metadata.json('use_cmd_sim', z.boolean()) ? 'moments' : 'adversarial',
        moments: size('cmd_moments'),
        reverseWeight: metadata.json('reverse_grad_weight', weight),
        ...weights,
        dropout: 0,
        transformerDropout: 0,
      },
      outputs: 1,
      loss: 'MSE',
      losses: {
        task: 'prediction',
        diff: { objective: 'difference', weight: weights.differenceWeight },
        sim: { objective: 'similarity', weight: weights.similarityWeight },
        recon: { objective: 'reconstruction', weight: weights.reconstructionWeight },
      },
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision', lengths: 'lengths' },
  results: (outputs) => mapsOf(outputs, names),
}
