/** Finds the true steps of samples in arrays padded with rows of zeros, at either end. */
import type { PickleValue } from '../../../formats/pickle/index.js'
import type { SequenceSource } from '../../dataset.js'
import { emptyWords, type InvalidPolicy } from '../../prepare/invalid/invalid.js'
import { type FeatureTable, featureTable } from './table.js'

/** The true steps of each sample in an array padded with rows of zeros. */
export interface Extents {
  readonly table: FeatureTable
  /** The length of the longest sample in steps. */
  readonly steps: number
  readonly width: number
  /** The index of each sample's first true step. */
  readonly starts: Int32Array
  /** The index after the last true step; equal to the start if a sample has no true step. */
  readonly ends: Int32Array
  /** The count of numbers that are minus infinity. */
  readonly negativeInfinities: number
}

/**
 * Finds the rows of zeros before and after each sample, reading every sample once. Rows of zeros
 * between true steps count as steps. A true step of zeros at either end cannot be told from
 * padding.
 */
export function findExtents(features: PickleValue, where: string): Extents {
  const table = featureTable(features, where)
  const { samples, longest: steps, width } = table
  const memory = new Float32Array(steps * width)
  const [starts, ends] = [new Int32Array(samples), new Int32Array(samples)]
  let negativeInfinities = 0
  for (let sample = 0; sample < samples; sample++) {
    const count = table.steps[sample] ?? 0
    const values = memory.subarray(0, count * width)
    table.read(sample, 0, count, values, 0)
    let [first, last] = [values.length, -1]
    for (let index = 0; index < values.length; index++) {
      if (values[index] === 0) continue
      if (first > index) first = index
      last = index
      if (values[index] === Number.NEGATIVE_INFINITY) negativeInfinities++
    }
    if (table.ragged) ends[sample] = count
    else {
      starts[sample] = last < 0 ? 0 : Math.floor(first / width)
      ends[sample] = last < 0 ? 0 : Math.floor(last / width) + 1
    }
  }
  return { table, steps, width, starts, ends, negativeInfinities }
}

/** For each sample, the union of the extents of its aligned modalities. */
export function commonExtents(all: readonly Extents[]): Extents[] {
  const [first] = all
  if (first === undefined) return []
  const isEmpty = ({ starts, ends }: Extents, sample: number) => starts[sample] === ends[sample]
  const over = (take: (extents: Extents, sample: number) => number, pick: typeof Math.min) =>
    first.starts.map((_, sample) => {
      const known = all.filter((extents) => !isEmpty(extents, sample))
      return known.length === 0 ? 0 : pick(...known.map((extents) => take(extents, sample)))
    })
  const starts = over(({ starts }, sample) => starts[sample] ?? 0, Math.min)
  const ends = over(({ ends }, sample) => ends[sample] ?? 0, Math.max)
  return all.map((extents) => ({ ...extents, starts, ends }))
}

/**
 * The true steps as sequences, read from the file by offset; a sample without true steps is one
 * step of zeros.
 *
 * @param withoutNegativeInfinity reads 0 for minus infinity.
 */
export function extentSource(
  { table, width, starts, ends }: Extents,
  withoutNegativeInfinity: boolean,
): SequenceSource {
  const lengths = starts.map((start, sample) => Math.max(1, (ends[sample] ?? 0) - start))
  return {
    width,
    lengths,
    read(sample, target, offset) {
      const steps = lengths[sample] ?? 0
      const count = steps * width
      if (table.steps[sample] === 0) target.fill(0, offset, offset + count)
      else table.read(sample, starts[sample] ?? 0, steps, target, offset)
      if (!withoutNegativeInfinity) return
      for (let index = offset; index < offset + count; index++) {
        if (target[index] === Number.NEGATIVE_INFINITY) target[index] = 0
      }
    },
  }
}

/** 1 for samples of nothing but zeros, else 0. */
export function emptySamples({ starts, ends }: Extents): Uint8Array {
  return Uint8Array.from(starts, (start, sample) => Number(start === ends[sample]))
}

/**
 * Notes on where the lengths come from, and which samples have no true step.
 *
 * @param own the extents before others were joined with them
 */
export function notePadding(
  { steps, starts, ends }: Extents,
  own: Extents,
  what: string,
  policy: InvalidPolicy,
  notes: string[],
): void {
  let [front, end] = [0, 0]
  starts.forEach((start, sample) => {
    if (start === ends[sample]) return
    if (start > 0) front++
    if ((ends[sample] ?? 0) < steps) end++
  })
  const empty = emptySamples(own).reduce((sum, one) => sum + one, 0)
  if (front + end > 0) {
    notes.push(
      `${what}: lengths by the rows of zeros, before ${front} samples and after ${end} of ${starts.length}`,
    )
  }
  if (empty > 0) notes.push(`${what}: ${empty} samples are empty, read as ${emptyWords(policy)}`)
}
