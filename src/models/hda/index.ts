/** HDA: delta self-attention per modality, deep canonical correlation, attention over the fused sequence. */

import { elementAt } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { concat, expand, type Tensor, unsqueeze } from '../../graph/index.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import { meanOverSteps } from '../../nn/layers/pooling.js'
import type { Scope } from '../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel, type ModelInputs, type ModelOutputs, type Widths } from '../define/model.js'
import type { MeasuredSequence } from '../define/sequence.js'
import { correlationAnalysis, type Sequences } from './correlation.js'
import { deltaEncoder } from './delta-encoder.js'
import { fusedAttention } from './fused-attention.js'
import { type HdaSettings, hdaSettings } from './settings.js'
import { hdaStageSettings, hdaStages } from './stages.js'

/**
 * Each modality is self-attended by itself (`deltaEncoder`), the results are encoded so that the
 * modalities correlate (`correlationAnalysis`), and an attention over all their steps predicts
 * (`fusedAttention`, equation 17).
 *
 * Every head is linear, on the mean over valid steps; of several modalities, on their means side by
 * side, so that none counts for being longer. The document does not say how steps become one vector.
 *
 * `output: 'correlated'` ends before the attention over the fused sequence. One modality alone is
 * its delta self-attention and head. Heads, where training is staged: one per modality, named after
 * it, and `correlated` besides the fused prediction. Objectives, for two or more modalities:
 * `correlation` and `reconstruction`. There is no published code.
 *
 * Maps: `attention.<modality>` [batch, heads, queries, keys]; `attention.fused`, over the steps of
 * all modalities one after the other, text, audio, vision; `window.<modality>` [batch, heads], in
 * steps, the same for every sample, where windows are learned.
 */
export const hda = defineModel<HdaSettings>({
  name: 'hda',
  title:
    'delta self-attention per modality, deep canonical correlation, attention over the fused sequence',
  source: 'Hierachical Delta-Attention Method for Multimodal Fusion, sections 4 to 6',
  aligned: false,
  settings: hdaSettings,
  requires: ({ modalities }) => inOrder(modalities),
  stages: hdaStages,
  stageSettings: hdaStageSettings,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const encode = encoders(scope.child('attention'), chosen, widths, outputs, settings)
    if (chosen.length === 1) {
      return (given) => {
        const { maps, heads } = encode(given)
        return { prediction: elementAt(Object.values(heads), 0, 'head'), maps }
      }
    }
    const { output, reduced, fusedWidth } = settings
    const correlate = correlationAnalysis(scope.child('dcca'), chosen, settings)
    const correlatedHead = () =>
      head(scope.child('correlated'), chosen.length * reduced, outputs, settings)
    if (output === 'correlated') {
      const predict = correlatedHead()
      return (given) => {
        const { sequences, maps, heads } = encode(given)
        const { encoded, objectives } = correlate(sequences)
        return { prediction: predict(encoded), maps, heads, objectives }
      }
    }
    const predictEarly = settings.training === 'staged' ? correlatedHead() : undefined
    const place = scope.child('fused')
    const fuse = fusedAttention(place, chosen, settings)
    const fusedHead = head(place, chosen.length * fusedWidth, outputs, settings)

    return (given) => {
      const { sequences, maps, heads } = encode(given)
      const { encoded, objectives } = correlate(sequences)
      const correlated = predictEarly?.(encoded)
      const fused = fuse(encoded, sequences)
      return {
        prediction: fusedHead(fused.sequences),
        maps: { ...maps, 'attention.fused': fused.weights },
        heads: { ...heads, ...(correlated && { correlated }) },
        objectives,
      }
    }
  },
})

type Encoded = Required<Pick<ModelOutputs, 'heads' | 'maps'>> & { readonly sequences: Sequences }

/** The modalities' own modules, with heads if they are trained by these. */
function encoders(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  outputs: number,
  settings: HdaSettings,
): (given: ModelInputs) => Encoded {
  const headed = settings.training === 'staged' || chosen.length === 1
  const modules = chosen.map((modality) => {
    const place = scope.child(modality)
    return {
      modality,
      encode: deltaEncoder(place, widthOf(widths, modality, 'hda'), settings),
      predict: headed ? head(place, settings.width, outputs, settings) : undefined,
    }
  })
  return (given) => {
    const sequences = new Map<Modality, MeasuredSequence>()
    const maps: Record<string, Tensor> = {}
    const heads: Record<string, Tensor> = {}
    for (const { modality, encode, predict } of modules) {
      const { sequence, lengths } = sequenceOf(given, modality, 'hda')
      const encoded = encode({ steps: sequence, lengths })
      sequences.set(modality, encoded)
      maps[`attention.${modality}`] = encoded.weights
      if (encoded.windows) {
        const batch = sequence.size(0)
        const heads = encoded.windows.size(0)
        maps[`window.${modality}`] = expand(unsqueeze(encoded.windows, 0), [batch, heads])
      }
      if (predict) heads[modality] = predict(new Map([[modality, encoded]]))
    }
    return { sequences, maps, heads }
  }
}

/** Concatenates means over valid steps and applies a linear layer. */
function head(
  scope: Scope,
  inputs: number,
  outputs: number,
  { outputDropout }: HdaSettings,
): (sequences: Sequences) => Tensor {
  const place = scope.child('head')
  const drop = dropout(place, outputDropout)
  const predict = linear(place, { inputs, units: outputs })
  return (sequences) => {
    const means = [...sequences.values()].map(({ steps, lengths }) => meanOverSteps(steps, lengths))
    return predict(drop(concat(means, 1)))
  }
}
