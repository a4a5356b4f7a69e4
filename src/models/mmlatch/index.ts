/** MMLatch: bottom-up fusion with top-down feedback (Paraskevopoulos et al., 2022). */
import { LimbicError } from '../../base/errors.js'
import { elementAt, lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import { stopGradient, type Tensor } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import { lastStep, sumOverSteps } from '../../nn/layers/steps.js'
import type { Scope } from '../../nn/scope.js'
import { feedback, type Masked } from '../blocks/fusions/feedback.js'
import { sequenceOf, widthOf } from '../define/inputs.js'
import { defineModel, type ModelInputs, type ModelOutputs, type Widths } from '../define/model.js'
import { type Encoder, encode, encoder } from './encoder.js'
import { fusion } from './fusion.js'
import { publishedName } from './published.js'
import { type MmlatchSettings, mmlatchSettings } from './settings.js'

/**
 * With all three modalities: the encoders, the fusion and, unless `feedback` is none, the masks
 * (document section 2). With one: its encoder, read at its last step (or, with the readout
 * `attention`, summed over time) and a linear head.
 * Maps: `mask.<modality>` [batch, time, width], `attention.<what>` [batch, time, time].
 */
export const mmlatch = defineModel<MmlatchSettings>({
  name: 'mmlatch',
  title: 'bottom-up fusion with top-down feedback masks',
  source: 'MMLatch: Bottom-up Top-down Fusion for Multimodal Sentiment Analysis (2022)',
  aligned: true,
  settings: mmlatchSettings,
  requires: ({ modalities }) => modalities,
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const { modalities } = settings
    if (modalities.length === 2) {
      throw new LimbicError('the paper has no model of two modalities', {
        where: 'mmlatch, modalities',
        expected: 'all three, or one for its encoder alone',
        got: modalities.join(' and '),
      })
    }
    const encoders = new Map<Modality, Encoder>(
      modalities.map((modality) => {
        const width = widthOf(widths, modality, 'mmlatch')
        return [modality, encoder(scope.child('encoders').child(modality), width, settings)]
      }),
    )
    const declare = modalities.length === 1 ? unimodal : fused
    return declare(scope, widths, outputs, settings, encoders)
  },
})

function unimodal(
  scope: Scope,
  _widths: Widths,
  outputs: number,
  settings: MmlatchSettings,
  encoders: ReadonlyMap<Modality, Encoder>,
): (inputs: ModelInputs) => ModelOutputs {
  const head = linear(scope.child('head'), { inputs: settings.hidden, units: outputs })
  return (given) => {
    const { inputs, lengths } = gather(given, settings)
    const encoded = [...encode(encoders, inputs)]
    const [modality, { outputs: steps, weights }] = elementAt(encoded, 0, 'encoder')
    const vector =
      settings.readout === 'last'
        ? lastStep(steps, lengths)
        : sumOverSteps(steps, settings.padding === 'hidden' ? lengths : undefined)
    return {
      prediction: head(vector),
      maps: { [`attention.${modality}`]: weights },
    }
  }
}

function fused(
  scope: Scope,
  widths: Widths,
  outputs: number,
  settings: MmlatchSettings,
  encoders: ReadonlyMap<Modality, Encoder>,
): (inputs: ModelInputs) => ModelOutputs {
  const fuse = fusion(scope.child('fusion'), settings)
  const mask =
    settings.feedback === 'none'
      ? undefined
      : feedback(
          scope.child('feedback'),
          widths,
          { ...settings, kind: settings.feedback === 'linear' ? 'linear' : settings.recurrent },
          'mmlatch',
        )
  const head = linear(scope.child('head'), { inputs: 2 * settings.hidden, units: outputs })
  return (given) => {
    const { inputs, lengths } = gather(given, settings)
    const maps: Record<string, Tensor> = {}
    let seen = inputs
    if (mask) {
      // Stage I: the encodings of the plain inputs determine which features matter.
      const representations = new Map<Modality, Tensor>()
      for (const [modality, { outputs: first, weights }] of encode(encoders, inputs)) {
        representations.set(modality, settings.stageOneGradients ? first : stopGradient(first))
        maps[`attention.${modality}.first`] = weights
      }
      const masked = mask(inputs, (other) => lookUp(representations, other, 'representation'))
      seen = masked.inputs
      Object.assign(maps, masked.maps)
    }
    // Stage II: the same encoders again, on the masked inputs.
    const encoded = encode(encoders, seen)
    for (const [modality, { weights }] of encoded) maps[`attention.${modality}`] = weights
    const at = (modality: Modality) => lookUp(encoded, modality, 'encoding').outputs
    const { vector, maps: attention } = fuse(at('text'), at('audio'), at('vision'), lengths)
    return { prediction: head(vector), maps: { ...maps, ...attention } }
  }
}

/** The chosen modalities' inputs, and the lengths that aligned sequences share. */
function gather(
  given: ModelInputs,
  { modalities }: MmlatchSettings,
): { readonly inputs: ReadonlyMap<Modality, Masked>; readonly lengths: Tensor } {
  const inputs = modalities.map((modality) => {
    const { sequence, lengths } = sequenceOf(given, modality, 'mmlatch')
    return [modality, { steps: sequence, lengths }] as const
  })
  const [, { lengths }] = elementAt(inputs, 0, 'modality')
  return { inputs: new Map(inputs), lengths }
}
