/** The features of a split, stored as one array or as one array per sample. */
import { LimbicError } from '../../../base/errors.js'
import type { StoredArray } from '../../../formats/npy/index.js'
import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import { describeValue } from './describe.js'

/** Features as stored, padding included. */
export interface FeatureTable {
  readonly samples: number
  /** Numbers of each step. */
  readonly width: number
  /** Steps of each sample. */
  readonly steps: Int32Array
  /** The length of the longest sample in steps. */
  readonly longest: number
  /** Whether each sample is stored separately with its own length, so that there is no padding. */
  readonly ragged: boolean
  /** Writes `count` steps of a sample, from step `first` on, to `target[offset...]`. */
  read(sample: number, first: number, count: number, target: Float32Array, offset: number): void
}

const expected =
  'an array of numbers, samples x steps x width (or samples x width, of one step each), or a list of one array per sample'

/**
 * Reads the features of a split: an array of samples x steps x width; an array of samples x width,
 * one step each; or a list (or object array) of one array per sample, steps x width or width, whose
 * lengths may differ. Lists of numbers are accepted in place of arrays.
 *
 * @throws LimbicError if they are something else, or samples differ in their width
 */
export function featureTable(value: PickleValue, where: string): FeatureTable {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    return oneArray(value.content.array, value, where)
  }
  const items =
    value instanceof PickledArray && value.content?.kind === 'objects' && value.shape.length === 1
      ? value.content.items
      : Array.isArray(value)
        ? value
        : unexpected(value, where)
  if (items.length > 0 && items.every((item) => typeof item === 'number'))
    return unexpected(value, where)
  const sequences = items.map((item, row) => sequenceOf(item, `${where}, row ${row}`))
  const filled = sequences.findIndex(({ steps }) => steps > 0)
  const width = sequences[Math.max(0, filled)]?.width ?? 0
  if (width === 0) return unexpected(value, where)
  sequences.forEach((sequence, row) => {
    if (sequence.width === width || sequence.steps === 0) return
    throw new LimbicError('samples differ in their features', {
      where: `${where}, row ${row}`,
      expected: `${width} numbers per step, as in row ${Math.max(0, filled)}`,
      got: `${sequence.width}`,
    })
  })
  const steps = Int32Array.from(sequences, (sequence) => sequence.steps)
  return {
    samples: sequences.length,
    width,
    steps,
    longest: steps.reduce((most, count) => Math.max(most, count), 0),
    ragged: true,
    read(sample, first, count, target, offset) {
      sequences[sample]?.read(first * width, count * width, target, offset)
    },
  }
}

function oneArray(array: StoredArray, value: PickledArray, where: string): FeatureTable {
  const [samples = 0, ...rest] = array.shape
  const [steps, width] = rest.length === 1 ? [1, rest[0] ?? 0] : [rest[0] ?? 0, rest[1] ?? 0]
  if (array.isText || rest.length < 1 || rest.length > 2 || steps === 0 || width === 0) {
    return unexpected(value, where)
  }
  return {
    samples,
    width,
    steps: new Int32Array(samples).fill(steps),
    longest: steps,
    ragged: false,
    read(sample, first, count, target, offset) {
      array.readNumbers((sample * steps + first) * width, count * width, target, offset)
    },
  }
}

interface Sequence {
  readonly steps: number
  readonly width: number
  read(start: number, count: number, target: Float32Array, offset: number): void
}

/** One sample: an array or nested lists, steps x width or width. */
function sequenceOf(value: PickleValue, where: string): Sequence {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    // Tools that process one sample at a time keep a batch axis of size 1.
    const shape =
      array.shape.length === 3 && array.shape[0] === 1 ? array.shape.slice(1) : array.shape
    if (array.isText || shape.length < 1 || shape.length > 2) return unexpected(value, where)
    const [steps, width] = shape.length === 1 ? [1, shape[0] ?? 0] : [shape[0] ?? 0, shape[1] ?? 0]
    return {
      steps: width === 0 ? 0 : steps,
      width,
      read: (start, count, target, offset) => array.readNumbers(start, count, target, offset),
    }
  }
  const items =
    value instanceof PickledArray && value.content?.kind === 'objects'
      ? value.content.items
      : Array.isArray(value)
        ? value
        : unexpected(value, where)
  const rows: readonly PickleValue[] = items.every((item) => typeof item === 'number')
    ? [[...items]]
    : items
  const steps = rows.map((row) => (Array.isArray(row) ? row : arrayRow(row, where)))
  const width = steps[0]?.length ?? 0
  const values = Float32Array.from(
    steps.flatMap((step) => {
      if (step.length === width) return step.map((item) => numberOf(item, where))
      throw new LimbicError('steps differ in their features', {
        where,
        expected: `${width} numbers`,
        got: `${step.length}`,
      })
    }),
  )
  return {
    steps: width === 0 ? 0 : steps.length,
    width,
    read: (start, count, target, offset) =>
      target.set(values.subarray(start, start + count), offset),
  }
}

function arrayRow(value: PickleValue, where: string): readonly PickleValue[] {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    if (!array.isText && array.shape.length === 1) return [...array.toNumbers()]
  }
  return unexpected(value, where)
}

function numberOf(value: PickleValue, where: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value)
  return unexpected(value, where)
}

function unexpected(value: PickleValue | undefined, where: string): never {
  throw new LimbicError('invalid features', {
    where,
    expected,
    got: describeValue(value),
  })
}
