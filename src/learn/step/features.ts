/** The features that a model reads, and whether the data has them. */

import { LimbicError } from '../../base/errors.js'
import { modalities } from '../../base/modalities.js'
import { type Dataset, namedFeatures, type Split, splitNames } from '../../data/dataset.js'
import { type Feature, hasTime, shapeOf, typeOf } from '../../data/feature.js'
import { type StepShape, stepShape } from '../../models/define/inputs.js'
import type { ConfiguredModel, InputSpec, Widths } from '../../models/define/model.js'

/** An input, with the shape of its steps. */
export interface ReadInput extends InputSpec {
  readonly shape: readonly number[]
  /** Elements per step. */
  readonly width: number
}

/** The width of each feature of a split. */
export function widthsOf({ features }: Pick<Split, 'features'>): Widths {
  return Object.fromEntries(namedFeatures(features).map(([name, { width }]) => [name, width]))
}

/** The widths of a model's inputs. */
export function widthsFor(model: ConfiguredModel, widths: Widths): Widths {
  return Object.fromEntries(
    model.inputs.flatMap(({ name }) => (widths[name] === undefined ? [] : [[name, widths[name]]])),
  )
}

/**
 * The inputs that a model reads from data with these widths: all required ones, and the optional
 * ones that are present.
 *
 * @throws LimbicError if the data lacks one, or its width differs
 */
export function inputsFor(model: ConfiguredModel, widths: Widths): readonly ReadInput[] {
  return model.inputs.flatMap((input) => {
    const width = widths[input.name]
    if (width === undefined) {
      if (input.optional) return []
      throw lacking(input.name, model, `model ${model.model.name}`, Object.keys(widths))
    }
    const shape = stepShape(input, width)
    if (shape) return [{ ...input, shape, width }]
    throw new LimbicError(`the shape of ${input.name} differs from what the model reads`, {
      where: `model ${model.model.name}`,
      expected: `numbers per step that make [${input.shape?.join(', ')}]`,
      got: `${width}`,
    })
  })
}

/** Those of them that a prediction reads. */
export function predictedFrom(model: ConfiguredModel, widths: Widths): readonly ReadInput[] {
  return inputsFor(model, widths).filter(({ onlyInTraining }) => !onlyInTraining)
}

function lacking(
  name: string,
  { inputs, model }: ConfiguredModel,
  where: string,
  present: readonly string[],
): LimbicError {
  const there = modalities.filter((modality) => present.includes(modality))
  const needed = inputs.filter(({ optional }) => !optional)
  return new LimbicError(`the data has no ${name}`, {
    where,
    expected: needed.map((input) => input.name).join(', '),
    got: present.join(', ') || 'none',
    hint: modalities.some((modality) => modality === name)
      ? `Choose inputs that the data has, such as --modalities ${there.join()}`
      : `Add it to the data, or see limbic models ${model.file ?? model.name} for settings that do without`,
  })
}

/** @throws LimbicError if the corpus lacks what the model reads */
export function checkDataset(dataset: Dataset, model: ConfiguredModel): void {
  const { features } = dataset.splits.train
  const present = namedFeatures(features).map(([name]) => name)
  for (const input of model.inputs) {
    const { name, optional } = input
    if (splitNames.every((split) => dataset.splits[split].features[name] === undefined)) {
      if (optional) continue
    }
    if (splitNames.some((split) => dataset.splits[split].features[name] === undefined)) {
      throw lacking(name, model, dataset.name, present)
    }
    for (const split of splitNames) {
      const feature = dataset.splits[split].features[name]
      if (feature) checkFeature(feature, input, `${dataset.name}, split ${split}, ${name}`)
    }
  }
  checkAxes(dataset, model)
}

/** @throws LimbicError if a feature does not fit an input */
export function checkFeature(feature: Feature, input: InputSpec, where: string): void {
  const [got, expected] = [
    describe(typeOf(feature), shapeOf(feature), hasTime(feature)),
    describe(
      input.dataType,
      stepShape(input, feature.width) ?? input.shape ?? [],
      input.time !== undefined,
    ),
  ]
  if (got === expected) return
  throw new LimbicError('the feature has the wrong type or shape for the model', {
    where,
    expected,
    got,
    ...(isTokens(feature) && {
      hint: 'These are token numbers, as in text_bert: choose a model that reads tokens, such as tbje with --words numbers, or features of the words with --names text=FIELD',
    }),
  })
}

/** Whether each step is a single integer. */
function isTokens(feature: Feature): boolean {
  return typeOf(feature) === 'int64' && shapeOf(feature).length === 0
}

function describe(type: string, shape: StepShape, time: boolean): string {
  return `${type} [${[...(time ? ['time'] : []), ...shape].join(', ')}]`
}

/** @throws LimbicError if inputs that share a time axis read features that do not */
function checkAxes(dataset: Dataset, { inputs, model }: ConfiguredModel): void {
  const { features } = dataset.splits.train
  // Features without a clock of their own follow the words if the data set is aligned.
  const clockOf = (name: string) => {
    const feature = features[name]
    return feature && (feature.time ?? (dataset.aligned ? '' : `${name} alone`))
  }
  for (const { name, time } of inputs) {
    const first = inputs.find((input) => input.time !== undefined && input.time === time)
    if (!first || clockOf(first.name) === clockOf(name)) continue
    throw new LimbicError(
      model.aligned
        ? `${model.name} needs aligned modalities`
        : `${model.name} needs ${first.name} and ${name} with the same steps`,
      {
        where: dataset.name,
        expected: `the same number of steps in ${model.aligned ? 'every modality' : 'both'} of a sample`,
        hint: dataset.synthetic
          ? 'Leave out --no-synthetic-aligned, or choose a model for unaligned data (limbic models)'
          : 'Align the data first (limbic data align), or choose a model for unaligned data (limbic models)',
      },
    )
  }
}
