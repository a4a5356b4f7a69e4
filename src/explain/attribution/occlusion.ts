/** One sample with parts of it left out, as a batch. */

import { LimbicError } from '../../base/errors.js'
import type { Batch, BatchFeature } from '../../data/batch.js'
import { type FeatureValues, zeros } from '../../data/feature.js'
import type { Baselines } from './baselines.js'
import type { Window } from './windows.js'

/** Steps of one input that are replaced by its baseline; without time there is one. */
export interface Occlusion extends Window {
  readonly input: string
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
    throw new LimbicError('occlusion takes one sample at a time', {
      expected: 'a batch of 1',
      got: String(sample.size),
    })
  }
  const size = variants.length
  const replaced = (input: string, { dataType, values, width }: BatchFeature): FeatureValues => {
    const copies = zeros(dataType, size * values.length)
    for (const [row, occlusions] of variants.entries()) {
      const start = row * values.length
      put(copies, values, start)
      for (const { input: of, from, to } of occlusions) {
        if (of !== input) continue
        const baseline = checkedBaseline(baselines, input, width)
        for (let step = from; step < to; step++) put(copies, baseline, start + step * width)
      }
    }
    return copies
  }
  const features: Record<string, BatchFeature> = {}
  for (const [name, feature] of Object.entries(sample.features)) {
    if (!feature) continue
    features[name] = {
      ...feature,
      values: replaced(name, feature),
      shape: [size, ...feature.shape.slice(1)],
      lengths: new Int32Array(size).fill(feature.lengths[0] ?? 0),
    }
  }
  return {
    indices: new Int32Array(size).fill(sample.indices[0] ?? 0),
    size,
    features,
    targets: {},
    padding: sample.padding,
  }
}

/** Puts numbers into an array of any type, whole where it takes no others. */
function put(target: FeatureValues, values: FeatureValues, offset: number): void {
  if (target instanceof Float32Array && !(values instanceof BigInt64Array)) {
    target.set(values, offset)
    return
  }
  for (let place = 0; place < values.length; place++) {
    const whole = Math.round(Number(values[place]))
    if (target instanceof BigInt64Array) target[offset + place] = BigInt(whole)
    else target[offset + place] = whole
  }
}

function checkedBaseline(baselines: Baselines, input: string, width: number): Float32Array {
  const baseline = baselines[input]
  if (baseline?.length === width) return baseline
  throw new LimbicError('the shape of the baseline differs from that of the input', {
    where: input,
    expected: `${width} features`,
    got: baseline ? String(baseline.length) : 'none',
  })
}
