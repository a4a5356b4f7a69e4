/** Samples given as plain lists of numbers, checked and laid out for batches. */
import { LimbicError } from '../base/errors.js'
import { modalities } from '../base/modalities.js'
import { nearest } from '../base/schema.js'
import type { Feature, Split } from '../data/dataset.js'
import { copyValues } from '../data/feature.js'
import type { InvalidPolicy } from '../data/prepare/invalid/invalid.js'
import type { ModelInput } from './inputs.js'
import { brief, type CheckedFeature, isList, missingSteps, readSteps } from './sample-steps.js'

/** The numbers of a step: a list, lists in lists as an input's shape has them, or one number. */
export type RawFeatures = number | null | readonly RawFeatures[] | Float32Array | Float64Array

/** Steps of vectors, as most modalities have; null for one that is missing. */
type RawSteps = readonly (readonly number[] | Float32Array | Float64Array | null)[]

/**
 * One sample by input name: for a sequence a list of steps, each a list of raw features; for an
 * input without time, such as prosody, a single such list.
 */
export type RawSample = Readonly<{
  id?: string | number
  text?: RawSteps | null | undefined
  audio?: RawSteps | null | undefined
  vision?: RawSteps | null | undefined
  [name: string]: RawFeatures | string | undefined
}>

/** A sample that fits a model; its memory is not shared. */
export interface CheckedSample {
  readonly id: string
  /** The steps of each input that the model reads, one after the other. */
  readonly features: ReadonlyMap<string, CheckedFeature>
  /** The missing inputs, which the model replaces by the training mean or by what it infers. */
  readonly missing: readonly string[]
  /** Keys that no model reads. */
  readonly ignored: readonly string[]
}

/** Other keys that samples often have, and that no model reads. */
const besides = [
  ...['raw_text', 'label', 'labels', 'sentiment', 'emotion', 'emotions', 'split', 'speaker'],
  ...['text_bert', 'video_id', 'clip_id', 'text_lengths', 'audio_lengths', 'vision_lengths'],
] as const

/** What samples from outside may lack. */
export interface Leeway {
  /**
   * How to treat missing (null, NaN) or infinite numbers in float features: replace them by the training
   * mean or by 0, or throw (default).
   */
  readonly invalid?: InvalidPolicy
  /** Whether every input of a sample may be without a number (default: refused). */
  readonly mayLackAll?: boolean
}

/** How to check samples from outside. */
export interface SampleChecks extends Leeway {
  readonly checkLength?: LengthCheck
}

/** @throws LimbicError if the sample has more steps than the model can take */
export type LengthCheck = (steps: ReadonlyMap<string, number>, where: string) => void

/**
 * Checks a sample from outside and copies what the model reads.
 *
 * An input is missing where it is absent, null, or has no step, and a step where it is null or none
 * of its features is a number. They are stored as NaN, which the model's graph replaces by the
 * training mean, or by what it infers from the other inputs.
 *
 * @param where for messages, such as `line 3`; also the sample's id where it has none
 * @throws LimbicError that says which input and row is wrong, what was expected and found; or that
 * all inputs are missing
 */
export function checkSample(
  value: unknown,
  inputs: readonly ModelInput[],
  where: string,
  { checkLength, invalid = 'refuse', mayLackAll = false }: SampleChecks = {},
): CheckedSample {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LimbicError('a sample must be an object', { where, got: brief(value) })
  }
  const given = new Map(inputs.map(({ name }) => [name, givenFor(value, name)] as const))
  const missing = inputs.filter(({ name }) => given.get(name) === undefined)
  const ignored = foreignKeys(value, inputs, missing, where)
  const id: unknown = Reflect.get(value, 'id')
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw new LimbicError('an id must be a string', { where, got: brief(id) })
  }
  if (missing.length === inputs.length) throw withoutAny(value, inputs, where)
  const features = new Map<string, CheckedFeature>()
  const first = new Map<string, { readonly name: string; readonly steps: number }>()
  for (const input of inputs) {
    const { name } = input
    const found = given.get(name)
    if (found === undefined) continue
    const place = `${where}, ${name}`
    const { axis } = input.steps ?? {}
    if (axis === undefined) {
      features.set(name, readSteps([found], input, invalid, { where: place, what: `the ${name}` }))
      continue
    }
    const steps = listOfSteps(found, input, place)
    checkLength?.(new Map([[axis, steps.length]]), place)
    const sequence = readSteps(steps, input, invalid, { where: place })
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
  for (const input of missing) {
    const steps = first.get(input.steps?.axis ?? '')?.steps ?? 1
    features.set(input.name, missingSteps(input, steps))
  }
  checkLength?.(new Map([...first].map(([axis, { steps }]) => [axis, steps])), where)
  const lacking = inputs.filter(
    (input) => missing.includes(input) || hasNoNumber(features.get(input.name)),
  )
  if (lacking.length === inputs.length && !mayLackAll) throw withoutAny(value, inputs, where)
  return {
    id: id === undefined ? where : String(id),
    features,
    missing: lacking.map(({ name }) => name),
    ignored,
  }
}

function withoutAny(sample: object, inputs: readonly ModelInput[], where: string): LimbicError {
  const names = inputs.map(({ name }) => name)
  const keys = Object.keys(sample).slice(0, 20)
  const empty = keys.filter((key) => names.includes(key))
  const got = empty.length > 0 ? `${empty.join(', ')} without a number` : keys.join(', ')
  return new LimbicError('the sample has none of the inputs of the model', {
    where,
    expected: names.join(', '),
    got: got || 'nothing',
  })
}

/** Whether every step of an input is missing. */
function hasNoNumber(feature: CheckedFeature | undefined): boolean {
  return feature?.values instanceof Float32Array && feature.values.every(Number.isNaN)
}

/** An input of a sample; undefined where it is missing. */
function givenFor(sample: object, name: string): unknown {
  const given: unknown = Reflect.get(sample, name)
  const empty = given === null || (isList(given) && given.length === 0)
  return empty ? undefined : given
}

function listOfSteps(steps: unknown, { width }: ModelInput, where: string): ArrayLike<unknown> {
  if (isList(steps)) return steps
  throw new LimbicError('a modality must be a list of steps', {
    where,
    expected: `steps of ${width} numbers`,
    got: brief(steps),
  })
}

/**
 * The unknown keys. They are harmless where every input is present: other models may read them, or
 * people may keep them as notes.
 *
 * @throws LimbicError if an input is missing that such a key may be meant for: by its name, or because
 * it holds numbers
 */
function foreignKeys(
  value: object,
  inputs: readonly ModelInput[],
  missing: readonly ModelInput[],
  where: string,
): string[] {
  const names = inputs.map(({ name }) => name)
  const known = new Set<string>(['id', ...modalities, 'prosody', ...besides, ...names])
  const foreign = Object.keys(value).filter((key) => !known.has(key))
  const lacking = missing.map(({ name }) => name)
  for (const key of foreign) {
    const meant = nearest(key, lacking)
    if (meant === undefined) continue
    throw new LimbicError(`unknown key "${key}"`, { where, hint: `Did you mean "${meant}"?` })
  }
  const [first] = lacking
  const numbers = foreign.filter((key) => isList(Reflect.get(value, key)))
  if (numbers.length > 0 && first !== undefined) {
    const keys = numbers.slice(0, 5).map((key) => `"${key}"`)
    throw new LimbicError(`there is no ${first}`, {
      where,
      expected: names.join(', '),
      got: Object.keys(value).slice(0, 20).join(', '),
      hint: `If one of ${keys.join(', ')} is the ${first}, rename it to "${first}"`,
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
