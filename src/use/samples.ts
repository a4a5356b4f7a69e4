/** Samples given as plain lists of numbers, checked and laid out for batches. */
import { LimbicError } from '../base/errors.js'
import { modalities } from '../base/modalities.js'
import { nearest } from '../base/schema.js'
import { briefJson } from '../base/text/json.js'
import type { Feature, Split } from '../data/dataset.js'
import { copyValues, type FeatureValues, zeros } from '../data/feature.js'
import type { InvalidPolicy } from '../data/prepare/invalid/invalid.js'
import type { ModelInput } from './inputs.js'

/** The numbers of a step: a list, lists in lists as an input's shape has them, or one number. */
export type RawFeatures = number | readonly RawFeatures[] | Float32Array | Float64Array

/** Steps of vectors, as most modalities have. */
type RawSteps = readonly (readonly number[] | Float32Array | Float64Array)[]

/**
 * One sample by input name: for a sequence a list of steps, each a list of raw features; for an
 * input without time, such as prosody, a single such list.
 */
export type RawSample = Readonly<{
  id?: string | number
  text?: RawSteps
  audio?: RawSteps
  vision?: RawSteps
  [name: string]: RawFeatures | string | undefined
}>

/** A sample that fits a model; its memory is not shared. */
export interface CheckedSample {
  readonly id: string
  /** The steps of each input that the model reads, one after the other. */
  readonly features: ReadonlyMap<string, CheckedFeature>
  /** Keys that no model reads. */
  readonly ignored: readonly string[]
}

interface CheckedFeature {
  readonly values: FeatureValues
  readonly steps: number
}

/** Other keys that samples often have, and that no model reads. */
const besides = [
  ...['raw_text', 'label', 'labels', 'sentiment', 'emotion', 'emotions', 'split', 'speaker'],
  ...['text_bert', 'video_id', 'clip_id', 'text_lengths', 'audio_lengths', 'vision_lengths'],
] as const

/** How to check samples from outside. */
export interface SampleChecks {
  readonly checkLength?: LengthCheck
  /**
   * How to treat missing (null, NaN) or infinite numbers in float features: replace them by the training
   * mean or by 0, or throw (default).
   */
  readonly invalid?: InvalidPolicy
}

/** @throws LimbicError if the sample has more steps than the model can take */
export type LengthCheck = (steps: ReadonlyMap<string, number>, where: string) => void

/**
 * Checks a sample from outside and copies what the model reads.
 *
 * @param where for messages, such as `line 3`; also the sample's id where it has none
 * @throws LimbicError that says which input and row is wrong, what was expected and found
 */
export function checkSample(
  value: unknown,
  inputs: readonly ModelInput[],
  where: string,
  { checkLength, invalid = 'refuse' }: SampleChecks = {},
): CheckedSample {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LimbicError('a sample must be an object', { where, got: brief(value) })
  }
  const ignored = foreignKeys(value, inputs, where)
  const id: unknown = Reflect.get(value, 'id')
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw new LimbicError('an id must be a string', { where, got: brief(id) })
  }
  const features = new Map<string, CheckedFeature>()
  const first = new Map<string, { readonly name: string; readonly steps: number }>()
  for (const input of inputs) {
    const { name } = input
    const given: unknown = Reflect.get(value, name)
    const place = `${where}, ${name}`
    const { axis } = input.steps ?? {}
    if (axis === undefined) {
      const values = zeros(input.dataType ?? 'float32', input.width)
      readStep(given, input, { values, offset: 0, invalid }, `the ${name}`, place)
      features.set(name, { values, steps: 1 })
      continue
    }
    const steps = listOfSteps(given, input, place)
    checkLength?.(new Map([[axis, steps.length]]), place)
    const sequence = readSteps(steps, input, invalid, place)
    features.set(name, sequence)
    const { name: other, steps: expected } = first.get(axis) ?? { name, steps: sequence.steps }
    first.set(axis, { name: other, steps: expected })
    if (sequence.steps !== expected) {
      throw new LimbicError('the modalities must have the same number of steps', {
        where: place,
        expected: `${expected}, like ${other}`,
        got: String(sequence.steps),
      })
    }
  }
  checkLength?.(new Map([...first].map(([axis, { steps }]) => [axis, steps])), where)
  return { id: id === undefined ? where : String(id), features, ignored }
}

/**
 * The unknown keys. They are harmless as long as every input is present: other models may read
 * them, or people may keep them as notes.
 *
 * @throws LimbicError if an input is missing that such a key may be meant for
 */
function foreignKeys(value: object, inputs: readonly ModelInput[], where: string): string[] {
  const names = inputs.map(({ name }) => name)
  const known = new Set<string>(['id', ...modalities, 'prosody', ...besides, ...names])
  const foreign = Object.keys(value).filter((key) => !known.has(key))
  const missing = names.filter((name) => Reflect.get(value, name) === undefined)
  for (const key of foreign) {
    const meant = nearest(key, missing)
    if (meant === undefined) continue
    throw new LimbicError(`unknown key "${key}"`, { where, hint: `Did you mean "${meant}"?` })
  }
  const [first] = missing
  if (foreign.length > 0 && first !== undefined) {
    const keys = foreign.slice(0, 5).map((key) => `"${key}"`)
    throw new LimbicError(`there is no ${first}`, {
      where,
      expected: names.join(', '),
      got: Object.keys(value).slice(0, 20).join(', '),
      hint: `If one of ${keys.join(', ')} is the ${first}, call it so`,
    })
  }
  return foreign
}

/** A split without targets that holds these samples. */
export function splitOf(samples: readonly CheckedSample[], inputs: readonly ModelInput[]): Split {
  return {
    ids: samples.map(({ id }) => id),
    features: Object.fromEntries(inputs.map((input) => [input.name, featureOf(input, samples)])),
    targets: {},
  }
}

function featureOf(
  { name, width, shape, dataType, steps: along }: ModelInput,
  samples: readonly CheckedSample[],
): Feature {
  const own = samples.flatMap(({ features }) => features.get(name) ?? [])
  return {
    width,
    ...(shape && { shape }),
    ...(dataType && { dataType }),
    ...(!along && { time: false }),
    lengths: Int32Array.from(own, ({ steps }) => steps),
    read(sample, target, offset) {
      const found = own[sample]
      if (found) copyValues(target, found.values, offset)
    },
  }
}

function listOfSteps(steps: unknown, { width }: ModelInput, where: string): ArrayLike<unknown> {
  if (!isList(steps) || steps.length === 0) {
    throw new LimbicError('a modality must be a list of steps', {
      where,
      expected: `at least one step of ${width} numbers`,
      got: steps === undefined ? 'nothing' : brief(steps),
    })
  }
  return steps
}

function readSteps(
  steps: ArrayLike<unknown>,
  input: ModelInput,
  invalid: InvalidPolicy,
  where: string,
): CheckedFeature {
  const { width, dataType = 'float32' } = input
  const values = zeros(dataType, steps.length * width)
  for (let row = 0; row < steps.length; row++) {
    const into = { values, offset: row * width, invalid }
    readStep(steps[row], input, into, 'a step', `${where}, row ${row}`)
  }
  return { values, steps: steps.length }
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
  return values instanceof Uint8Array ? 'a whole number from 0 to 255' : 'a whole number'
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
}

function brief(value: unknown): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list'
  const text = typeof value === 'number' ? String(value) : briefJson(value, 40)
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}
