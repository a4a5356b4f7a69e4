/** Reads reference files of Graph-MFN. */
import { z } from 'zod'
import { lastStep } from '../../../nn/layers/steps.js'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'
import { mapOf } from '../../published/results.js'

/** The published code has no lengths and runs over the padding. */
const format = (published: string, vertexNetworks: 'fixed' | 'learning'): ReferenceFormat => ({
  published,
  model: 'graph-mfn',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    const [text, audio, vision] = metadata.json('h_dims', z.tuple([count, count, count]))
    return {
      settings: {
        ...{ textHidden: text, audioHidden: audio, visionHidden: vision },
        memory: size('memsize'),
        node: size('inner_node_dim'),
        core: size('core'),
        proposalWidth: size('NN'),
        retainWidth: size('gamma1'),
        updateWidth: size('gamma2'),
        headWidth: size('out'),
        ...{ reads: 'outputs', efficacies: 'linear', vertexNetworks, padding: 'seen' },
        ...{ proposalDropout: 0, updateDropout: 0, headDropout: 0 },
      },
      outputs: 1,
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  results: (outputs) => ({
    efficacies: mapOf(outputs, 'graph.text_audio_vision'),
    fused: mapOf(outputs, 'fused'),
    memory: lastStep(mapOf(outputs, 'memory')),
  }),
})

/** The published code, and the same with the networks of the vertices given to the optimiser. */
export const graphMfnReferences: readonly ReferenceFormat[] = [
  format('Graph_MFN', 'fixed'),
  format('Graph_MFN, vertex networks learn', 'learning'),
]
