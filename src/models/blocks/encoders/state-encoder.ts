/** The encoder shared by MDRE, MHA and AMH. */
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import type { Modality } from '../../../base/modalities.js'
import { concat, type Tensor } from '../../../graph/index.js'
import { orthogonal, uniform } from '../../../nn/initialise.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import { inOrder, sequenceOf, widthOf } from '../../define/inputs.js'
import type { ModelInputs, Widths } from '../../define/model.js'
import { count, probability } from '../../define/settings.js'

/** Keys of the settings of a model with these encoders; defaults are those of the published AMH. */
export const stateEncoderSettings = {
  prosody: z
    .boolean()
    .default(true)
    .describe('also read utterance-level prosody features if the data has them'),
  textHidden: count.default(200).describe('hidden size of the text GRU'),
  audioHidden: count.default(200).describe('hidden size of the audio GRU'),
  visionHidden: count.default(128).describe('hidden size of the vision GRU'),
  textDropout: probability.default(0.7).describe('dropout on the text features'),
  audioDropout: probability.default(0.3).describe('dropout on the audio features'),
  visionDropout: probability.default(0.3).describe('dropout on the vision features'),
}

export type StateEncoderSettings = z.infer<z.ZodObject<typeof stateEncoderSettings>>

/** A modality encoded by its GRU. */
export interface EncodedStates {
  /** [batch, time, hidden]; 0 after each length */
  readonly outputs: Tensor
  /** The state after the last valid step: [batch, hidden]. */
  readonly last: Tensor
  /** int64 [batch] */
  readonly lengths: Tensor
}

/** The bound of the initial weights of linear layers in the published code. */
export const startWithin = uniform(0.25)

/** The units of a modality's GRU. */
export function hiddenOf(settings: StateEncoderSettings, modality: Modality): number {
  return settings[`${modality}Hidden`]
}

/**
 * Declares a one-directional GRU for each modality, with orthogonal recurrent weights initially.
 * Dropout is on the GRU's input, where the published code applies its keep-probability;
 * padding is never read. The GRU is PyTorch's, whose reset gate acts on the recurrent product; the
 * published code's acts on the state before it.
 *
 * @throws LimbicError if the data lack a modality
 */
export function stateEncoders(
  scope: Scope,
  chosen: readonly Modality[],
  widths: Widths,
  settings: StateEncoderSettings,
  model: string,
): (given: ModelInputs) => ReadonlyMap<Modality, EncodedStates> {
  const encoders = inOrder(chosen).map((modality) => {
    const place = scope.child(modality)
    const layer = recurrent(place.child('recurrent'), {
      kind: 'gru',
      inputs: widthOf(widths, modality, model),
      hidden: hiddenOf(settings, modality),
      initialiseRecurrent: orthogonal(),
    })
    return { modality, layer, drop: dropout(place, settings[`${modality}Dropout`]) }
  })
  return (given) =>
    new Map(
      encoders.map(({ modality, layer, drop }) => {
        const { sequence, lengths } = sequenceOf(given, modality, model)
        return [modality, { ...layer(drop(sequence), lengths), lengths }]
      }),
    )
}

/** The prosody of the whole sample, if the data has it. */
export const prosodyInput = { name: 'prosody', time: false, optional: true } as const

/** The prosody beside a model's states. */
export interface ProsodyBeside {
  /** Its width; 0 if it is not read or the data has none. */
  readonly width: number
  /**
   * States, [batch, hidden] each, and the prosody side by side.
   *
   * @throws LimbicError if the graph has no such input
   */
  beside(states: readonly Tensor[], given: ModelInputs): Tensor
}

/** @param isRead whether the model is configured to read the prosody there */
export function prosodyBeside(isRead: boolean, widths: Widths, model: string): ProsodyBeside {
  const width = isRead ? (widths.prosody ?? 0) : 0
  return {
    width,
    beside(states, { features: { prosody } }) {
      if (width === 0) return concat(states, 1)
      if (prosody) return concat([...states, prosody], 1)
      throw new LimbicError('the prosody input is missing', { where: model })
    },
  }
}
