/** The features extracted from a clip, as a sample for a model. */
import { LimbicError } from '../base/errors.js'
import { elementCount } from '../graph/index.js'
import type { ClipFeature } from '../media/extract/index.js'
import { partOfRecipe, type Recipe } from '../media/recipes/index.js'
import type { ModelInput } from './inputs.js'
import type { CheckedSample, RawFeatures } from './samples.js'
import type { TrainedModel } from './trained-model.js'

/**
 * The recipe of a model's training data, of what the model reads.
 *
 * @throws LimbicError if the features of the training data are those of another program
 */
export function clipRecipe({
  path,
  inputs,
  trainedOn,
}: Pick<TrainedModel, 'path' | 'inputs' | 'trainedOn'>): Recipe {
  const { recipe } = trainedOn
  if (recipe) {
    return partOfRecipe(
      recipe,
      inputs.map(({ name }) => name),
    )
  }
  throw new LimbicError('the model cannot predict from recordings', {
    where: path,
    got: 'training data with features from another program',
    hint:
      'Extract features with that program and predict from them, or train on ' +
      'features from limbic data extract',
  })
}

/**
 * The features of a clip, checked for a model. What the clip does not have is missing, which may be
 * everything; missing numbers become the training mean.
 *
 * @param where for messages
 * @throws LimbicError if they are not those of the model's inputs, or too many
 */
export function checkClip(
  model: Pick<TrainedModel, 'check' | 'inputs'>,
  id: string,
  features: Readonly<Record<string, ClipFeature>>,
  where = id,
): CheckedSample {
  const leeway = { invalid: 'mean', mayLackAll: true } as const
  return model.check(sampleOfClip(id, features, model.inputs), where, leeway)
}

/**
 * A sample for `TrainedModel.check`. A number that the clip does not have becomes NaN, which counts as
 * missing, at one step or at as many as the inputs that share its steps; pictures and tokens are left
 * out.
 */
function sampleOfClip(
  id: string,
  features: Readonly<Record<string, ClipFeature>>,
  inputs: readonly ModelInput[],
): Record<string, RawFeatures | string> {
  const stepsBeside = ({ steps }: ModelInput) =>
    inputs.reduce(
      (most, { name, steps: others }) =>
        steps && others?.axis === steps.axis ? Math.max(most, features[name]?.length ?? 1) : most,
      1,
    )
  const own = inputs.flatMap((input): (readonly [string, RawFeatures])[] => {
    const { name, width, shape = [width], dataType = 'float32' } = input
    const feature = features[name]
    if (!feature && dataType !== 'float32') return []
    if (!feature) {
      const missing = nested(new Float32Array(width).fill(Number.NaN), shape)
      return [[name, Array.from({ length: stepsBeside(input) }, () => missing)] as const]
    }
    const values = Float32Array.from(feature.values, Number)
    const step = elementCount(feature.shape)
    const steps = Array.from({ length: feature.length }, (_, at) =>
      nested(values.subarray(at * step, (at + 1) * step), feature.shape),
    )
    return [[name, steps] as const]
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
