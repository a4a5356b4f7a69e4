/** The LSTMs of MFN and Graph-MFN: one for each modality, over the same steps. */
import type { z } from 'zod'
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { pad, slice, type Tensor } from '../../../graph/index.js'
import { recurrent, runTogether } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import { sequenceOf, widthOf } from '../../define/inputs.js'
import type { ModelInputs, Widths } from '../../define/model.js'
import { count, padding, someModalities } from '../../define/settings.js'

/**
 * The settings of a model with these LSTMs.
 *
 * @param sizes the published hidden sizes
 */
export function systemSettings(sizes: Readonly<Record<Modality, number>>) {
  const hidden = (modality: Modality) =>
    count.default(sizes[modality]).describe(`hidden size of the ${modality} LSTM`)
  return {
    modalities: someModalities.describe('the modalities to read: three, two or one'),
    textHidden: hidden('text'),
    audioHidden: hidden('audio'),
    visionHidden: hidden('vision'),
    padding: padding.describe(
      'hidden: a sample ends at its last step, so a prediction does not depend on the batch; seen: everything runs over the padding, as in the published code',
    ),
  }
}

export type SystemSettings = z.infer<z.ZodObject<ReturnType<typeof systemSettings>>>

/** The results of one modality's LSTM. */
export interface View {
  readonly modality: Modality
  readonly hidden: number
  /** Its outputs, [batch, time, hidden]. */
  readonly outputs: Tensor
  /** Its cell states after each step, [batch, time, hidden]. */
  readonly cells: Tensor
  /** Its output at the last step, [batch, hidden]. */
  readonly last: Tensor
}

export interface Views {
  readonly views: readonly View[]
  /** int64 [batch]; undefined where padding is seen. */
  readonly lengths: Tensor | undefined
}

/**
 * Declares an LSTM for each modality, `<modality>`. They run side by side and never read each other
 * or the memory.
 *
 * @param chosen the modalities in their order
 * @param model for messages
 * @throws LimbicError if the data lack a modality
 */
export function systemOfLstms(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  settings: SystemSettings,
  model: string,
): (given: ModelInputs) => Views {
  const layers = chosen.map((modality) =>
    recurrent(scope.child(modality), {
      inputs: widthOf(widths, modality, model),
      hidden: settings[`${modality}Hidden`],
    }),
  )
  return (given) => {
    const inputs = chosen.map((modality) => sequenceOf(given, modality, model))
    const lengths = settings.padding === 'hidden' ? inputs[0]?.lengths : undefined
    const sequences = inputs.map(({ sequence }) => sequence)
    const results = runTogether(layers, sequences, lengths)
    const views = chosen.map((modality, place): View => {
      const { outputs, last, cells = outputs } = elementAt(results, place, 'LSTM')
      return { modality, hidden: settings[`${modality}Hidden`], outputs, last, cells }
    })
    return { views, lengths }
  }
}

/** The steps delayed by one, zeros first: [batch, time, width] to the same. */
export function before(steps: Tensor): Tensor {
  return slice(pad(steps, [0, 1, 0], [0, 0, 0]), 1, 0, -1)
}
