/** Samples that come one by one as plain lists of numbers, checked and laid out for batches. */
import { LimbicError } from '../base/errors.js'
import type { Modality } from '../base/modalities.js'
import { suggest } from '../base/schema.js'
import type { SequenceSource, Split } from '../data/dataset.js'
import { type InputName, inputNames, isAligned, type ModelInput, sequencesOf } from './inputs.js'

/** The features of a step, or of a whole sample. */
export type RawFeatures = readonly number[] | Float32Array | Float64Array

/**
 * One sample: for each sequence its steps, each a list of raw features; and, for a model that reads
 * it, the prosody of the whole.
 */
export type RawSample = Readonly<
  { id?: string | number; prosody?: RawFeatures } & Partial<
    Record<Modality, readonly RawFeatures[]>
  >
>

/** A sample that fits a model, in memory of its own. */
export interface CheckedSample {
  readonly id: string
  /** Of each input that the model reads: its steps one after the other. */
  readonly features: ReadonlyMap<
    InputName,
    { readonly values: Float32Array; readonly steps: number }
  >
}

/** @throws LimbicError for a sequence of more steps than a model is asked about */
export type LengthCheck = (steps: number, where: string) => void

/** Attention takes memory by the square of the steps. */
const mostSteps = 20_000

/** Where nobody can raise the limit, as in a page. */
const usualLength: LengthCheck = (steps, where) => {
  if (steps <= mostSteps) return
  throw new LimbicError('the sample is too long', {
    where,
    expected: `at most ${mostSteps} steps`,
    got: String(steps),
  })
}

/**
 * Checks one sample that came from outside, and takes a copy of what the model reads.
 *
 * @param where for messages, such as `line 3`; also the sample's id where it has none
 * @throws LimbicError that says which input and row is wrong, what was expected and found
 */
export function checkSample(
  value: unknown,
  inputs: readonly ModelInput[],
  where: string,
  checkLength: LengthCheck = usualLength,
): CheckedSample {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LimbicError('a sample must be an object', { where, got: brief(value) })
  }
  const known = ['id', ...inputNames]
  const foreign = Object.keys(value).find((key) => !known.includes(key))
  if (foreign !== undefined) {
    throw new LimbicError(`unknown key "${foreign}"`, { where, hint: suggest(foreign, known) })
  }
  const id: unknown = Reflect.get(value, 'id')
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw new LimbicError('an id must be text', { where, got: brief(id) })
  }
  const features = new Map<InputName, { values: Float32Array; steps: number }>()
  let first: { name: string; steps: number } | undefined
  const aligned = isAligned(inputs)
  for (const { name, width, steps } of inputs) {
    const given: unknown = Reflect.get(value, name)
    const place = `${where}, ${name}`
    if (!steps) {
      features.set(name, { values: readFeatures(given, width, `the ${name}`, place), steps: 1 })
      continue
    }
    const sequence = readSteps(given, width, place, checkLength)
    features.set(name, sequence)
    first ??= { name, steps: sequence.steps }
    if (aligned && sequence.steps !== first.steps) {
      throw new LimbicError('the modalities must have the same number of steps', {
        where: place,
        expected: `${first.steps}, as ${first.name} has`,
        got: String(sequence.steps),
      })
    }
  }
  return { id: id === undefined ? where : String(id), features }
}

/** A split without targets that holds these samples. */
export function splitOf(samples: readonly CheckedSample[], inputs: readonly ModelInput[]): Split {
  const widthOf = (name: InputName) => inputs.find((input) => input.name === name)?.width ?? 0
  const all = (name: InputName) => samples.flatMap(({ features }) => features.get(name) ?? [])
  const sequences = sequencesOf(inputs).map((name): [Modality, SequenceSource] => {
    const own = all(name)
    return [
      name,
      {
        width: widthOf(name),
        lengths: Int32Array.from(own, ({ steps }) => steps),
        read: (sample, target, offset) => {
          const found = own[sample]
          if (found) target.set(found.values, offset)
        },
      },
    ]
  })
  const prosody = all('prosody')
  const width = widthOf('prosody')
  const values = new Float32Array(prosody.length * width)
  for (const [sample, one] of prosody.entries()) values.set(one.values, sample * width)
  return {
    ids: samples.map(({ id }) => id),
    sequences: Object.fromEntries(sequences),
    targets: {},
    ...(width > 0 && { prosody: { width, values } }),
  }
}

function readSteps(
  steps: unknown,
  width: number,
  where: string,
  checkLength: LengthCheck,
): { values: Float32Array; steps: number } {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw new LimbicError('a modality must be a list of steps', {
      where,
      expected: `at least one step of ${width} numbers`,
      got: steps === undefined ? 'nothing' : brief(steps),
    })
  }
  checkLength(steps.length, where)
  const values = new Float32Array(steps.length * width)
  for (const [row, step] of steps.entries()) {
    values.set(readFeatures(step, width, 'a step', `${where}, row ${row}`), row * width)
  }
  return { values, steps: steps.length }
}

function readFeatures(features: unknown, width: number, what: string, where: string): Float32Array {
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
  const values = new Float32Array(width)
  for (let at = 0; at < width; at++) {
    const feature: unknown = features[at]
    values[at] = typeof feature === 'number' ? feature : Number.NaN
    if (Number.isFinite(values[at])) continue
    throw new LimbicError('a feature is no number', {
      where: `${where}, feature ${at}`,
      expected: 'a finite number that float32 can hold',
      got: brief(feature),
    })
  }
  return values
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
}

function brief(value: unknown): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list'
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}
