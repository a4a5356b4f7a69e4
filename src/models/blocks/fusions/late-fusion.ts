/** Late fusion: a head for each modality, and a weighted sum of their logits. */
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { affine, relu, squeeze, stack, type Tensor } from '../../../graph/index.js'
import { uniform } from '../../../nn/initialise.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import type { ModelOutputs } from '../../define/model.js'

/** A modality's small head: linear, ReLU, linear; [batch, inputs] to [batch, outputs]. */
export function modalityHead(
  scope: Scope,
  sizes: { readonly inputs: number; readonly units: number; readonly outputs: number },
): Layer {
  const first = linear(scope.child('0'), { inputs: sizes.inputs, units: sizes.units })
  const last = linear(scope.child('2'), { inputs: sizes.units, units: sizes.outputs })
  return (vector) => last(relu(first(vector)))
}

/**
 * Late fusion: each modality's logits times one learned weight, added up. Parameter: `weight`
 * [1, modalities], uniform within 1 / sqrt(modalities). One modality alone is its own prediction.
 *
 * @returns of each modality's logits, [batch, outputs], in the order given here, the prediction, and the logits as the heads `head.<modality>`
 */
export function weightedFusion(
  scope: Scope,
  modalities: readonly Modality[],
): (logits: ReadonlyMap<Modality, Tensor>) => Pick<ModelOutputs, 'prediction' | 'heads'> {
  const count = modalities.length
  const weight =
    count > 1 ? scope.parameter('weight', [1, count], uniform(1 / Math.sqrt(count))) : undefined
  return (given) => {
    const logits = [...given.values()]
    if (!weight) return { prediction: elementAt(logits, 0, 'modality') }
    const together = stack(logits, 2)
    const heads = [...given].map(([modality, own]) => [`head.${modality}`, own])
    return { prediction: squeeze(affine(together, weight), 2), heads: Object.fromEntries(heads) }
  }
}
