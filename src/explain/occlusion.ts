/** One sample with parts of it left out, as a batch. */

import { LimbicError } from '../base/errors.js'
import { type Modality, modalities } from '../base/modalities.js'
import type { Batch, BatchSequences } from '../data/batch.js'
import type { InputName } from '../use/inputs.js'
import type { Baselines } from './baselines.js'
import type { Window } from './windows.js'

/** Steps of one input that are replaced by its baseline; of prosody there is one. */
export interface Occlusion extends Window {
  readonly input: InputName
}

/**
 * Copies of one sample, each with its own parts replaced by the baseline. Lengths stay as they are,
 * so all copies are equally long and none is padded for another's sake.
 *
 * @param sample a batch of one
 * @param variants what is replaced in each copy; nothing leaves it as it is
 * @throws LimbicError if the batch is not of one sample, or a baseline does not fit
 */
export function occludedBatch(
  sample: Batch,
  variants: readonly (readonly Occlusion[])[],
  baselines: Baselines,
): Batch {
  if (sample.size !== 1) {
    throw new LimbicError('parts can be left out of one sample at a time', {
      expected: 'a batch of 1',
      got: String(sample.size),
    })
  }
  const size = variants.length
  const replaced = (input: InputName, values: Float32Array, width: number) => {
    const copies = new Float32Array(size * values.length)
    for (const [row, occlusions] of variants.entries()) {
      const start = row * values.length
      copies.set(values, start)
      for (const { input: of, from, to } of occlusions) {
        if (of !== input) continue
        const baseline = checkedBaseline(baselines, input, width)
        for (let step = from; step < to; step++) copies.set(baseline, start + step * width)
      }
    }
    return copies
  }
  const sequences: Partial<Record<Modality, BatchSequences>> = {}
  for (const modality of modalities) {
    const own = sample.sequences[modality]
    if (!own) continue
    const [, time, width] = own.shape
    sequences[modality] = {
      values: replaced(modality, own.values, width),
      shape: [size, time, width],
      lengths: new Int32Array(size).fill(own.lengths[0] ?? 0),
    }
  }
  const { prosody } = sample
  return {
    indices: new Int32Array(size).fill(sample.indices[0] ?? 0),
    size,
    sequences,
    targets: {},
    ...(prosody && {
      prosody: {
        width: prosody.width,
        values: replaced('prosody', prosody.values, prosody.width),
      },
    }),
    padding: sample.padding,
  }
}

function checkedBaseline(baselines: Baselines, input: InputName, width: number): Float32Array {
  const baseline = baselines[input]
  if (baseline?.length === width) return baseline
  throw new LimbicError('the baseline does not fit the input that it is to stand for', {
    where: input,
    expected: `${width} features`,
    got: baseline ? String(baseline.length) : 'none',
  })
}
