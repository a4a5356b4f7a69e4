/** Reads reference files of MARN. */
import { z } from 'zod'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapsOf } from '../../published/results.js'

const sizes = z.tuple([count, count, count])

/** The published modules have no lengths; their networks are one linear layer each. */
const format = (published: string, softmax: 'separate' | 'joint'): ReferenceFormat => ({
  published,
  model: 'marn',
  read(metadata) {
    const [textHidden, audioHidden, visionHidden] = metadata.json('h_dims', sizes)
    const [textReduced, audioReduced, visionReduced] = metadata.json('local_dims', sizes)
    return {
      settings: {
        ...{ textHidden, audioHidden, visionHidden, textReduced, audioReduced, visionReduced },
        attentions: metadata.json('attentions', count),
        code: metadata.json('code', count),
        headWidth: metadata.json('out', count),
        ...{ softmax, depth: 1, padding: 'seen', headDropout: 0 },
      },
      outputs: 1,
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  results: (outputs) =>
    mapsOf(outputs, [
      ['attention', 'weights'],
      ['codes', 'codes'],
    ]),
})

/** The published modules, with one softmax over all attentions, and with one for each. */
export const marnReferences: readonly ReferenceFormat[] = [
  format('MARN', 'joint'),
  format('MARN, one softmax an attention', 'separate'),
]
