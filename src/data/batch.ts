/** Collects samples into padded batches. */
import { LimbicError } from '../base/errors.js'
import { elementAt } from '../base/lookup.js'
import { RandomStream } from '../base/random.js'
import type { Split, Targets } from './dataset.js'
import {
  clear,
  type Feature,
  type FeatureType,
  type FeatureValues,
  hasTime,
  shapeOf,
  typeOf,
  zeros,
} from './feature.js'
import { pickTargets } from './pick.js'

/** The number of batches in a chunk, within which samples are sorted by cost. */
const batchesInChunk = 50

export interface BatchPlanOptions {
  /** The cost of each sample, such as `sampleCosts` returns: samples of similar cost are batched together. */
  readonly costs: ArrayLike<number>
  readonly batchSize: number
  /** True for training: a new random order each epoch. False: always the same order. */
  readonly shuffle: boolean
  /** Determines the random order, together with `epoch`. */
  readonly seed?: number
  readonly epoch?: number
  /** Without shuffling: the order of the file (default), or cheapest first, which pads least. */
  readonly order?: 'natural' | 'cost'
}

/**
 * Divides samples into batches; every sample is in exactly one, and only one batch may be smaller.
 *
 * For training, samples are put in a random order, sorted by cost within chunks of 50 batches so
 * that little padding is wasted, cut into batches, and the batches put in a random order. The same
 * seed and epoch always give the same batches.
 *
 * @returns the indices of the samples of each batch.
 * @throws LimbicError if the batch size is not a positive integer.
 */
export function planBatches(options: BatchPlanOptions): Int32Array[] {
  const { costs, batchSize, shuffle, seed = 0, epoch = 0, order = 'natural' } = options
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new LimbicError('the batch size must be a positive integer', { got: `${batchSize}` })
  }
  const byCost = (one: number, other: number) =>
    (costs[one] ?? 0) - (costs[other] ?? 0) || one - other
  if (!shuffle) {
    const natural = Int32Array.from({ length: costs.length }, (_, index) => index)
    return cut(order === 'cost' ? natural.sort(byCost) : natural, batchSize)
  }
  const random = new RandomStream(seed, 'batches', epoch)
  const samples = random.permutation(costs.length)
  const chunks = cut(samples, batchSize * batchesInChunk)
  const batches = chunks.flatMap((chunk) => cut(chunk.sort(byCost), batchSize))
  return Array.from(random.permutation(batches.length), (index) =>
    elementAt(batches, index, 'batch'),
  )
}

/** Cuts samples into parts of this size; the last may be smaller. */
export function cut(samples: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, part) =>
    samples.slice(part * size, (part + 1) * size),
  )
}

/**
 * Bounds the memory of a batch to that of attention over one sample of this length, which grows
 * quadratically.
 */
const mostSteps = 20_000

/** How many samples of this many steps may share a batch. */
export function mostTogether(steps: number): number {
  return Math.max(1, Math.floor((mostSteps / Math.max(1, steps)) ** 2))
}

/** Splits a batch into parts that fit in memory; only very long samples need more than one part. */
export function inParts(batch: Int32Array, split: Split, chosen: readonly string[]): Int32Array[] {
  const longest = chosen.reduce((most, name) => {
    const lengths = split.features[name]?.lengths ?? []
    return batch.reduce((longer, sample) => Math.max(longer, lengths[sample] ?? 0), most)
  }, 0)
  return cut(batch, mostTogether(longest))
}

/**
 * The number of elements of each sample over all features with time: the best cost for planning
 * batches.
 */
export function sampleCosts(
  split: Split,
  chosen: readonly string[] = Object.keys(split.features),
): Float64Array {
  const costs = new Float64Array(split.ids.length)
  for (const name of chosen) {
    const feature = split.features[name]
    if (!feature || !hasTime(feature)) continue
    feature.lengths.forEach((length, sample) => {
      costs[sample] = (costs[sample] ?? 0) + length * feature.width
    })
  }
  return costs
}

/** One feature of the samples of a batch. */
export interface BatchFeature {
  readonly dataType: FeatureType
  /** Laid out as `shape`, zero after each sample's end. */
  readonly values: FeatureValues
  /**
   * [batch, time, ...shape of a step], where time is the longest length, at least 1; without time
   * [batch, ...shape].
   */
  readonly shape: readonly number[]
  /** The clock of the feature. */
  readonly time?: string | false
  /** Elements per step. */
  readonly width: number
  /** Steps of the longest sample; 1 without time. */
  readonly steps: number
  /** True lengths in steps; 1 without time. */
  readonly lengths: Int32Array
}

/** A padded batch of samples, the input of a model. */
export interface Batch {
  /** The samples' rows in the split. */
  readonly indices: Int32Array
  /** Number of samples. */
  readonly size: number
  readonly features: Readonly<Record<string, BatchFeature | undefined>>
  readonly targets: Targets
  /** The share of padding among the elements with time, from 0 to 1. */
  readonly padding: number
}

/** Memory that successive batches reuse. */
export class BatchBuffers {
  readonly #buffers = new Map<string, FeatureValues>()

  /** `count` uninitialised elements, which the next call for the same feature may reuse. */
  take(name: string, type: FeatureType, count: number): FeatureValues {
    const key = `${type} ${name}`
    let buffer = this.#buffers.get(key)
    if (buffer === undefined || buffer.length < count) {
      buffer = zeros(type, count)
      this.#buffers.set(key, buffer)
    }
    return buffer.subarray(0, count)
  }
}

/**
 * Reads samples of a split and pads them with zeros at the end to the longest. Asynchronous reads
 * run concurrently.
 *
 * @param indices rows of the split.
 * @param chosen names of the features to read.
 * @param buffers memory to reuse: the batch's values are then valid until the next batch is
 * collated.
 * @throws LimbicError if the split lacks one of the features.
 */
export async function collateBatch(
  split: Split,
  indices: Int32Array,
  chosen: readonly string[],
  buffers?: BatchBuffers,
): Promise<Batch> {
  const features: Record<string, BatchFeature> = {}
  const readings: Promise<void>[] = []
  let [numbers, padded] = [0, 0]
  for (const name of chosen) {
    const feature = split.features[name]
    if (feature === undefined) {
      throw new LimbicError(`the data has no ${name}`, {
        expected: Object.keys(split.features).join(', '),
        hint: 'Choose a model for the features that the data has',
      })
    }
    const batch = collateFeature(feature, name, indices, buffers, readings)
    features[name] = batch
    if (!hasTime(feature)) continue
    const steps = batch.lengths.reduce((sum, length) => sum + length, 0)
    numbers += batch.values.length
    padded += batch.values.length - steps * batch.width
  }
  if (readings.length > 0) await Promise.all(readings)
  return {
    indices,
    size: indices.length,
    features,
    targets: pickTargets(split.targets, split.ids.length, indices),
    padding: numbers === 0 ? 0 : padded / numbers,
  }
}

/** @param readings receives the promises of asynchronous reads */
function collateFeature(
  feature: Feature,
  name: string,
  indices: Int32Array,
  buffers: BatchBuffers | undefined,
  readings: Promise<void>[],
): BatchFeature {
  const { width, time } = feature
  const dataType = typeOf(feature)
  const lengths = Int32Array.from(indices, (index) => feature.lengths[index] ?? 0)
  const steps = lengths.reduce((most, length) => Math.max(most, length), 1)
  const count = indices.length * steps * width
  const values = buffers ? buffers.take(name, dataType, count) : zeros(dataType, count)
  indices.forEach((index, row) => {
    const start = row * steps * width
    const reading = feature.read(index, values, start)
    if (reading instanceof Promise) readings.push(reading)
    clear(values, start + (lengths[row] ?? 0) * width, start + steps * width)
  })
  const shape = [indices.length, ...(hasTime(feature) ? [steps] : []), ...shapeOf(feature)]
  return { dataType, values, shape, ...(time !== undefined && { time }), width, steps, lengths }
}

/** The share of padding of a plan for sequences of these lengths, from 0 to 1. */
export function paddingShare(batches: readonly Int32Array[], lengths: ArrayLike<number>): number {
  let [steps, total] = [0, 0]
  for (const batch of batches) {
    let longest = 1
    for (const sample of batch) {
      steps += lengths[sample] ?? 0
      longest = Math.max(longest, lengths[sample] ?? 0)
    }
    total += longest * batch.length
  }
  return total === 0 ? 0 : 1 - steps / total
}
