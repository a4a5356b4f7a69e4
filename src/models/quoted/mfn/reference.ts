/** Reads reference files of MFN. */
import { z } from 'zod'
import { lastStep } from '../../../nn/layers/steps.js'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapOf } from '../../published/results.js'

/** Reference files of the published code, which has no lengths and runs over the padding. */
export const mfnReference: ReferenceFormat = {
  published: 'MFN',
  model: 'mfn',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    const [text, audio, vision] = metadata.json('h_dims', z.tuple([count, count, count]))
    return {
      settings: {
        ...{ textHidden: text, audioHidden: audio, visionHidden: vision },
        memory: size('memsize'),
        attentionWidth: size('NN1'),
        proposalWidth: size('NN2'),
        retainWidth: size('gamma1'),
        updateWidth: size('gamma2'),
        headWidth: size('out'),
        ...{ gates: 'memory', padding: 'seen' },
        ...{ proposalDropout: 0, updateDropout: 0, headDropout: 0 },
      },
      outputs: 1,
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  results: (outputs) => ({
    attention: mapOf(outputs, 'weights'),
    memory: lastStep(mapOf(outputs, 'memory')),
  }),
}
