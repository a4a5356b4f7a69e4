/** Labels of a sample's steps: words, or numbers. */
import { elementAt } from '../base/lookup.js'
import { inOrderOfModalities } from '../base/modalities.js'
import type { Batch } from '../data/batch.js'

/** Words in the order of the steps, if the sample has them. */
export function wordsOf(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? []
}

/** The label of a token that a model puts before the steps of a sequence. */
export const tokenLabel = '[token]'

/**
 * Labels of a sample's true steps along an axis of `size` that belongs to the sequences of `side`.
 *
 * @param fixed whether the axis has this size for every sample: outputs of the model rather than
 * steps, even if the numbers happen to be equal
 */
export function labelSteps(
  side: readonly string[],
  size: number,
  batch: Batch,
  row: number,
  { words = [], aligned }: { readonly words?: readonly string[]; readonly aligned: boolean },
  fixed = false,
): string[] {
  const own = sequencesOf(batch).filter((name) => side.includes(name))
  // Aligned sequences share their steps, so any of them gives the length of a joint axis.
  const [modality] = own.length === 1 || aligned ? [...own, ...sequencesOf(batch)] : []
  const sequence = modality === undefined ? undefined : batch.features[modality]
  const time = sequence?.steps ?? Number.NaN
  // An axis of another size does not hold the sequence's steps and has no padding to cut.
  const withToken = !fixed && size === time + 1
  const ofSteps = !fixed && (size === time || withToken)
  const begins = withToken ? [tokenLabel] : []
  const length = sequence && ofSteps ? elementAt(sequence.lengths, row, 'sample') : size
  const byWords = modality === 'text' || (aligned && sequence?.time === undefined)
  const named = !fixed && byWords && words.length === length
  const labels = Array.from({ length }, (_, step) => words[named ? step : -1] ?? String(step + 1))
  return [...begins, ...labels]
}

/** The features with time, modalities first. */
export function sequencesOf({ features }: Batch): string[] {
  return inOrderOfModalities(Object.keys(features)).filter((name) => features[name]?.time !== false)
}
