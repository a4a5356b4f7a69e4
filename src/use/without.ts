/** Samples without some of their inputs. */
import type { ModelInput } from './inputs.js'
import { missingSteps } from './sample-steps.js'
import type { CheckedSample } from './samples.js'

/**
 * A sample as if some of its inputs had never been given: what `checkSample` makes of one that lacks
 * them. Without any input, the model answers to nothing, from the training means.
 *
 * @param absent the names of the inputs to leave out
 */
export function withoutInputs(
  sample: CheckedSample,
  inputs: readonly ModelInput[],
  absent: readonly string[],
): CheckedSample {
  if (absent.length === 0) return sample
  const kept = inputs.filter(({ name }) => !absent.includes(name))
  const steps = new Map(
    kept.flatMap(({ name, steps }) =>
      steps ? [[steps.axis, sample.features.get(name)?.steps ?? 1] as const] : [],
    ),
  )
  const features = new Map(sample.features)
  for (const input of inputs) {
    if (kept.includes(input)) continue
    features.set(input.name, missingSteps(input, steps.get(input.steps?.axis ?? '') ?? 1))
  }
  const missing = inputs.flatMap(({ name }) =>
    absent.includes(name) || sample.missing.includes(name) ? [name] : [],
  )
  return { ...sample, features, missing }
}
