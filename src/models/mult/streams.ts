/** The streams of MulT: one per modality. */
import { lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { concat, type Tensor } from '../../graph/index.js'
import { lastStep } from '../../nn/layers/steps.js'
import type { Scope } from '../../nn/scope.js'
import { encoder, lastWeights } from '../blocks/crossmodal/encoder.js'
import type { Sequence } from '../define/sequence.js'
import type { MultSettings } from './settings.js'

/** The fewest layers of the transformer that a stream ends with, as in the published code. */
const leastLayers = 3

const attentionDropouts = {
  text: 'attentionDropout',
  audio: 'audioAttentionDropout',
  vision: 'visionAttentionDropout',
} as const

export interface Stream {
  readonly modality: Modality
  /** Width of the stream. */
  readonly width: number
  /**
   * The last cross-modal layers' outputs for each step (equation 8), from each other modality
   * concatenated: [batch, time, width]; with one modality, the projection itself.
   */
  tell(projected: ReadonlyMap<Modality, Sequence>): { steps: Tensor; maps: Record<string, Tensor> }
  /** The stream's own transformer over those steps, at its last step: [batch, width]. */
  end(steps: Tensor, lengths?: Tensor): { vector: Tensor; maps: Record<string, Tensor> }
}

/** A stream: one modality's cross-modal attention to the others, and a transformer over the result. */
export function stream(
  scope: Scope,
  modality: Modality,
  others: readonly Modality[],
  settings: MultSettings,
): Stream {
  const crossmodal = others.map((other) => {
    const name = `${modality}_to_${other}`
    const attend = encoder(
      scope.child('crossmodal').child(name),
      {
        width: settings.width,
        layers: settings.layers,
        attentionDropout: settings[attentionDropouts[other]],
      },
      settings,
    )
    return { other, name, attend }
  })
  const width = settings.width * Math.max(others.length, 1)
  const attendToItself = encoder(
    scope.child('memory').child(modality),
    {
      width,
      layers: Math.max(settings.layers, leastLayers),
      attentionDropout: settings.attentionDropout,
    },
    settings,
  )
  return {
    modality,
    width,
    tell(projected) {
      const own = lookUp(projected, modality, 'projection')
      const maps: Record<string, Tensor> = {}
      const told = crossmodal.map(({ other, name, attend }) => {
        const result = attend(own, projected.get(other))
        maps[`attention.${name}`] = lastWeights(result)
        return result.outputs
      })
      return { steps: told.length > 0 ? concat(told, 2) : own.steps, maps }
    },
    end(steps, lengths) {
      const result = attendToItself({ steps, ...(lengths && { lengths }) })
      return {
        vector: lastStep(result.outputs, lengths),
        maps: { [`attention.${modality}`]: lastWeights(result) },
      }
    },
  }
}
