/** The features extracted from a clip, as a sample for a model. */
import { elementCount } from '../graph/index.js'
import type { ClipFeature } from '../media/extract/index.js'
import type { ModelInput } from './inputs.js'
import type { RawFeatures } from './samples.js'

/**
 * A sample for `TrainedModel.check`. An input that the clip does not have becomes one step of NaN,
 * which counts as a missing number.
 */
export function sampleOfClip(
  id: string,
  features: Readonly<Record<string, ClipFeature>>,
  inputs: readonly ModelInput[],
): Record<string, RawFeatures | string> {
  const own = inputs.map(({ name, width }) => {
    const feature = features[name]
    if (!feature) return [name, [new Float32Array(width).fill(Number.NaN)]] as const
    const values = Float32Array.from(feature.values, Number)
    const step = elementCount(feature.shape)
    const steps = Array.from({ length: feature.length }, (_, at) =>
      nested(values.subarray(at * step, (at + 1) * step), feature.shape),
    )
    return [name, steps] as const
  })
  return { id, ...Object.fromEntries(own) }
}

/** Numbers as lists in lists of a shape; a number alone for the shape []. */
function nested(values: Float32Array, [first, ...rest]: readonly number[]): RawFeatures {
  if (first === undefined) return values[0] ?? Number.NaN
  if (rest.length === 0) return values
  const size = values.length / first
  return Array.from({ length: first }, (_, at) =>
    nested(values.subarray(at * size, (at + 1) * size), rest),
  )
}
