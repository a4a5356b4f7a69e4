/** Reads reference files of MMLatch. */
import { z } from 'zod'
import { count } from '../define/settings.js'
import type { ReferenceFormat } from '../published/reference-format.js'

const feedbackKinds = {
  learnable_sequence_mask: 'lstm',
  learnable_static_mask: 'linear',
} as const
const dims = z.object({ hidden: count })
const mask = z.enum(['learnable_sequence_mask', 'learnable_static_mask'])

/** Reference files of the published MMLatch code, which lets gradients through stage I. */
export const mmlatchReference: ReferenceFormat = {
  published: 'MMLatch AVTClassifier',
  model: 'mmlatch',
  read(metadata) {
    const { hidden } = metadata.json('dims', dims)
    const hasFeedback = metadata.json('feedback', z.boolean())
    return {
      settings: {
        hidden,
        feedback: hasFeedback ? feedbackKinds[metadata.text('mask', mask)] : 'none',
        stageOneGradients: true,
        readout: 'attention',
        padding: 'seen',
        dropout: 0,
        fusionDropout: 0,
        feedbackDropout: 0,
        maskDropout: 0,
      },
      outputs: 1,
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'visual', lengths: 'lengths' },
}
