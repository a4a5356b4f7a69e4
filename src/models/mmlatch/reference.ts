import type { ReferenceReader } from '../reference.js'

const feedbackKinds: Readonly<Record<string, string>> = {
  learnable_sequence_mask: 'lstm',
  learnable_static_mask: 'linear',
}

/** Reference files of the published MMLatch code, which lets gradients through stage I. */
export const mmlatchReference: ReferenceReader = {
  published: 'MMLatch AVTClassifier',
  model: 'mmlatch',
  read(metadata) {
    const dims: unknown = JSON.parse(metadata.dims ?? '{}')
    const hidden = typeof dims === 'object' && dims && 'hidden' in dims ? dims.hidden : undefined
    return {
      settings: {
        hidden,
        feedback: metadata.feedback === 'true' ? feedbackKinds[metadata.mask ?? ''] : 'none',
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
