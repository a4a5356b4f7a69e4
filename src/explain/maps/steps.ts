/** Numbers that a model has for the single steps of a sequence, such as gates. */
import type { Batch } from '../../data/batch.js'
import type { MapResult } from '../../use/trained-model.js'
import { labelSteps } from '../labels.js'

/** One number for each step of a sequence. */
export interface StepValues {
  /** The map's name in the model, such as `steps.text.audio_gate`. */
  readonly name: string
  /** For people: "audio gate of text". */
  readonly title: string
  readonly sequence: string
  /** One label per step: its word, or else its number from 1. */
  readonly steps: readonly string[]
  readonly values: readonly number[]
}

/**
 * The numbers for steps of one sample of a batch, cut to its true length: every map of that kind,
 * [batch, time]. Steps are labelled as `sampleAttention` does.
 *
 * @param row the sample's row in the batch
 */
export function sampleSteps(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
  options: { readonly words?: readonly string[]; readonly aligned: boolean },
): StepValues[] {
  return maps.flatMap((map) => {
    if (map.kind !== 'steps' || map.value.shape.length !== 2) return []
    const { name, sequence, what, value } = map
    const time = value.shape[1] ?? 0
    const steps = labelSteps([sequence], time, batch, row, options)
    const values = steps.map((_, step) => Number(value.data[row * time + step]))
    return { name, title: `${what} of ${sequence}`, sequence, steps, values }
  })
}
