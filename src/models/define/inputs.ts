/** The inputs of the modalities that a model was told to read. */
import { LimbicError } from '../../base/errors.js'
import { type Modality, modalities } from '../../base/modalities.js'
import type { Tensor } from '../../graph/index.js'
import type { ModelInputs, Widths } from './model.js'

/** Chosen modalities in the usual order, each once. */
export function inOrder(chosen: readonly Modality[]): Modality[] {
  return modalities.filter((modality) => chosen.includes(modality))
}

/**
 * The number of a modality's features.
 *
 * @param model for messages
 * @throws LimbicError if the data have none of the modality
 */
export function widthOf(widths: Widths, modality: Modality, model: string): number {
  const width = widths[modality]
  if (width !== undefined) return width
  throw new LimbicError(`no features for ${modality}`, {
    where: model,
    got: listed(modalities.filter((other) => widths[other] !== undefined)),
    hint: 'Let the model read other modalities, or take data that have this one',
  })
}

/**
 * A modality's [batch, time, width] and its lengths, int64 [batch].
 *
 * @throws LimbicError if the graph has no such input
 */
export function sequenceOf(
  { sequences, lengths }: ModelInputs,
  modality: Modality,
  model: string,
): { readonly sequence: Tensor; readonly lengths: Tensor } {
  const [sequence, known] = [sequences[modality], lengths[modality]]
  if (sequence && known) return { sequence, lengths: known }
  throw new LimbicError(`no input for ${modality}`, {
    where: model,
    expected: 'a sequence and its lengths',
    got: listed(modalities.filter((other) => sequences[other] && lengths[other])),
  })
}

function listed(found: readonly Modality[]): string {
  return found.join(', ') || 'none'
}
