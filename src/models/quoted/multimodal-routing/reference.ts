/** Reads reference files of Multimodal Routing. */
import { z } from 'zod'
import { count } from '../../define/settings.js'
import type { ReferenceFormat } from '../../published/reference-format.js'

/** Reference files of the published code, which has no lengths. */
export const routingReference: ReferenceFormat = {
  published: 'Multimodal Routing, CapsModel',
  model: 'multimodal-routing',
  read(metadata) {
    const size = (key: string) => metadata.json(key, count)
    return {
      settings: {
        width: size('d_mult'),
        heads: size('num_heads'),
        layers: size('transformer_layers'),
        selfLayers: size('self_transformer_layers'),
        poseWidth: size('pc_dim'),
        conceptWidth: size('mc_caps_dim'),
        iterations: size('num_routing'),
        futureMask: metadata.json('attn_mask', z.boolean()),
        padding: 'seen',
        conceptDropout: 0,
      },
      outputs: size('concepts'),
    }
  },
  inputs: { text: 'text', audio: 'audio', vision: 'vision' },
  results: ({ maps }) => {
    const named = Object.entries(maps).flatMap(([name, map]) => {
      const found = resultNames.find(([pattern]) => pattern.test(name))
      return found ? [[name.replace(...found), map] as const] : []
    })
    return Object.fromEntries(named)
  },
}

/** Our maps, and their names in the files. */
const resultNames: readonly (readonly [RegExp, string])[] = [
  [/^routing\.[^.]+\.iteration (\d+)$/, 'routing_$1'],
  [/^(routing|activation)\.[^.]+$/, '$1'],
  [/^(concepts|features)$/, '$1'],
]
