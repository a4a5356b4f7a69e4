/** Top-down masks of single samples. */

import { inOrderOfModalities } from '../../base/modalities.js'
import { toFloats } from '../../base/numbers.js'
import type { Batch } from '../../data/batch.js'
import type { Value } from '../../runtime/session.js'
import type { MapResult } from '../../use/trained-model.js'
import { labelSteps } from '../labels.js'

/** The feedback mask of one sequence, step by step. */
export interface SampleMask {
  readonly modality: string
  /** One label per step: its word, or else its number from 1. */
  readonly steps: readonly string[]
  /** `values[step][feature]`, from 0 (held back) to 1 (let through). */
  readonly values: readonly (readonly number[])[]
}

/**
 * The masks of one sample of a batch, cut to its true lengths: every mask of a sequence,
 * [batch, time, width]. Steps are labelled as `sampleAttention` does.
 *
 * @param row the sample's row in the batch
 */
export function sampleMasks(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
  options: { readonly words?: readonly string[]; readonly aligned: boolean },
): SampleMask[] {
  return masksIn(maps).map(({ modality, mask }) => {
    const [, time = 0, width = 0] = mask.shape
    const steps = labelSteps([modality], time, batch, row, options)
    const start = row * time * width
    const values = steps.map((_, step) =>
      Array.from(toFloats(mask.data.slice(start + step * width, start + (step + 1) * width))),
    )
    return { modality, steps, values }
  })
}

/** The masks of single sequences, [batch, time, width], modalities first. */
export function masksIn(
  maps: readonly MapResult[],
): { readonly modality: string; readonly mask: Value }[] {
  const found = new Map(
    maps.flatMap((map) => (map.kind === 'mask' ? [[map.keys.join('_'), map.value]] : [])),
  )
  return inOrderOfModalities([...found.keys()]).flatMap((modality) => {
    const mask = found.get(modality)
    return mask ? [{ modality, mask }] : []
  })
}
