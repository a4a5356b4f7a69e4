/**
 * The parts of FE2E and MESM after the convolutional networks: transformers over vectors of
 * pictures, and the weighted sum.
 */
import type { Modality } from '../../base/modalities.js'
import { stack, type Tensor } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import type { Scope } from '../../nn/scope.js'
import type { weightedFusion } from '../blocks/fusions/late-fusion.js'
import type { ModelOutputs } from '../define/model.js'
import { padded } from './packed.js'
import { sequenceTransformer } from './sequence.js'
import type { CommonSettings } from './settings.js'

/** The order of the modalities in the fusion of the published code. */
const fusionOrder: readonly Modality[] = ['text', 'vision', 'audio']

/** Chosen modalities in the order of the fusion. */
export function inFusionOrder(chosen: readonly Modality[]): Modality[] {
  return fusionOrder.filter((modality) => chosen.includes(modality))
}

/**
 * Scores each sample from the vectors of its pictures: a transformer over them, and a linear layer
 * on its class token.
 */
export function pictureHead(
  scope: Scope,
  outputs: number,
  settings: CommonSettings,
): (vectors: Tensor, places: Tensor, sequence: Tensor, lengths: Tensor) => PictureScores {
  const { width, layers, heads, feedForward, dropout, positions } = settings
  const read = sequenceTransformer(scope.child('transformer'), {
    ...{ width, layers, heads, feedForward, dropout, positions },
  })
  const out = linear(scope.child('out'), { inputs: width, units: outputs })
  return (vectors, places, sequence, lengths) => {
    const { token, weights } = read(padded(vectors, places, sequence), lengths)
    return { token, weights, logits: out(token) }
  }
}

export interface PictureScores {
  /** The class token after the last layer, [batch, width]. */
  readonly token: Tensor
  /** Attention of each layer, [batch, heads, time + 1, time + 1]. */
  readonly weights: readonly Tensor[]
  /** [batch, outputs] */
  readonly logits: Tensor
}

/** The results of a modality's branch. */
export interface Branch {
  readonly logits: Tensor
  readonly maps: Readonly<Record<string, Tensor>>
  /** Intermediate results by name. */
  readonly inside: Readonly<Record<string, Tensor>>
}

/**
 * Fuses the scores of the branches, which are in the order of the fusion, into the model's outputs.
 */
export function fused(
  fuse: ReturnType<typeof weightedFusion>,
  branches: ReadonlyMap<Modality, Branch>,
): ModelOutputs {
  const logits = new Map([...branches].map(([modality, branch]) => [modality, branch.logits]))
  const named = [...branches].flatMap(([modality, { inside }]) =>
    Object.entries(inside).map(([name, tensor]) => [`${modality}.${name}`, tensor] as const),
  )
  return {
    ...fuse(logits),
    maps: Object.assign({}, ...[...branches.values()].map(({ maps }) => maps)),
    inside: { ...Object.fromEntries(named), logits: stack([...logits.values()], 2) },
  }
}

/** Maps `attention.<modality>.layer <k>` of the layers of a transformer. */
export function attentionMaps(
  modality: Modality,
  weights: readonly Tensor[],
): Record<string, Tensor> {
  return Object.fromEntries(
    weights.map((weight, layer) => [`attention.${modality}.layer ${layer + 1}`, weight]),
  )
}
