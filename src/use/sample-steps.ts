/** Steps of numbers in a sample from outside, checked and copied. */
import { LimbicError } from '../base/errors.js'
import { briefJson } from '../base/text/json.js'
import { type FeatureValues, zeros } from '../data/feature.js'
import type { InvalidPolicy } from '../data/prepare/invalid/invalid.js'
import type { ModelInput } from './inputs.js'

/** The steps of one input of a sample, one after the other. */
export interface CheckedFeature {
  readonly values: FeatureValues
  readonly steps: number
}

/**
 * Reads steps of an input. A step that is null, or none of whose features is a number, is missing:
 * it is stored as NaN, which the model's graph replaces.
 *
 * @param place.what what a step is called in messages; default: `a step`, with its row
 * @throws LimbicError that says which row is wrong, what was expected and found
 */
export function readSteps(
  steps: ArrayLike<unknown>,
  input: ModelInput,
  invalid: InvalidPolicy,
  { where, what }: { readonly where: string; readonly what?: string },
): CheckedFeature {
  const { width, dataType = 'float32' } = input
  const values = zeros(dataType, steps.length * width)
  for (let row = 0; row < steps.length; row++) {
    const step = steps[row]
    const offset = row * width
    if (values instanceof Float32Array && isMissingStep(step, width)) {
      values.fill(Number.NaN, offset, offset + width)
      continue
    }
    const place = what === undefined ? `${where}, row ${row}` : where
    readStep(step, input, { values, offset, invalid }, what ?? 'a step', place)
  }
  return { values, steps: steps.length }
}

/** Steps of an input that is missing: NaN, or zeros where numbers are whole. */
export function missingSteps(
  { width, dataType = 'float32' }: ModelInput,
  steps: number,
): CheckedFeature {
  const values = zeros(dataType, steps * width)
  if (values instanceof Float32Array) values.fill(Number.NaN)
  return { values, steps }
}

function isMissingStep(step: unknown, width: number): boolean {
  if (step === null) return true
  if (!isList(step) || step.length !== width) return false
  return Array.from(step).every(isMissing)
}

interface Into {
  readonly values: FeatureValues
  readonly offset: number
  readonly invalid: InvalidPolicy
}

/** Nested lists of the given shape, flattened to lists of numbers. */
function readStep(
  step: unknown,
  { width, shape = [width] }: Pick<ModelInput, 'width' | 'shape'>,
  into: Into,
  what: string,
  where: string,
): void {
  const [size, ...rest] = shape
  if (size === undefined) {
    readFeatures([step], 1, into, what, where)
    return
  }
  if (rest.length === 0) {
    readFeatures(step, size, into, what, where)
    return
  }
  if (!isList(step) || step.length !== size) {
    throw new LimbicError(`${what} has the wrong shape`, {
      where,
      expected: `${size} lists, for [${shape.join(', ')}]`,
      got: isList(step) ? String(step.length) : step === undefined ? 'nothing' : brief(step),
    })
  }
  const part = width / size
  for (let index = 0; index < size; index++) {
    const inner = { width: part, shape: rest }
    const place = { ...into, offset: into.offset + index * part }
    readStep(step[index], inner, place, what, `${where}, ${index}`)
  }
}

function readFeatures(
  features: unknown,
  width: number,
  { values, offset, invalid }: Into,
  what: string,
  where: string,
): void {
  if (!isList(features) || features.length !== width) {
    throw new LimbicError(`${what} has the wrong number of features`, {
      where,
      expected: `${width} numbers`,
      got: isList(features)
        ? String(features.length)
        : features === undefined
          ? 'nothing'
          : brief(features),
    })
  }
  for (let at = 0; at < width; at++) {
    const feature: unknown = features[at]
    if (typeof feature === 'number' && put(values, offset + at, feature)) continue
    if (invalid !== 'refuse' && values instanceof Float32Array && isMissing(feature)) {
      // The model's graph replaces NaN by the training mean.
      values[offset + at] = invalid === 'mean' ? Number.NaN : 0
      continue
    }
    throw new LimbicError('a feature is not a number', {
      where: `${where}, feature ${at}`,
      expected: expectedOf(values),
      got: brief(feature),
      ...(isMissing(feature) && { hint: 'Read it with --invalid mean or --invalid zero' }),
    })
  }
}

/** JSON has neither NaN nor infinity: Python writes both as words, others write null. */
function isMissing(feature: unknown): boolean {
  return feature === null || (typeof feature === 'number' && !Number.isFinite(feature))
}

/** @returns whether the array can hold the number */
function put(values: FeatureValues, place: number, number: number): boolean {
  if (values instanceof BigInt64Array) {
    if (!Number.isSafeInteger(number)) return false
    values[place] = BigInt(number)
    return true
  }
  values[place] = number
  return values instanceof Float32Array ? Number.isFinite(values[place]) : values[place] === number
}

function expectedOf(values: FeatureValues): string {
  if (values instanceof Float32Array) return 'a finite number that float32 can hold'
  return values instanceof Uint8Array ? 'an integer from 0 to 255' : 'a whole number'
}

export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
}

export function brief(value: unknown): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list'
  const text = briefJson(value, 40)
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}
