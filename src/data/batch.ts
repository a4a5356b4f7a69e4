import { LimbicError } from '../base/errors.js'
import { RandomStream } from '../base/random.js'
import { type Modality, modalities, type Prosody, type Split, type Targets } from './dataset.js'
import { pickProsody, pickTargets } from './pick.js'

/** Batches whose samples are sorted by cost together, before the order of batches is drawn. */
const batchesInChunk = 50

export interface BatchPlanOptions {
  /** What each sample costs, such as `sampleCosts` tells: samples of like cost go together. */
  readonly costs: ArrayLike<number>
  readonly batchSize: number
  /** True for training: a new random order each epoch. False keeps one order for ever. */
  readonly shuffle: boolean
  /** Together with `epoch` decides the random order. */
  readonly seed?: number
  readonly epoch?: number
  /** Without shuffling: the order of the file (default), or the cheapest first, which pads least. */
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
 * @throws LimbicError if the batch size is no positive integer.
 */
export function planBatches(options: BatchPlanOptions): Int32Array[] {
  const { costs, batchSize, shuffle, seed = 0, epoch = 0, order = 'natural' } = options
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new LimbicError('the batch size must be a positive integer', { got: `${batchSize}` })
  }
  const byCost = (one: number, other: number) =>
    (costs[one] as number) - (costs[other] as number) || one - other
  if (!shuffle) {
    const natural = Int32Array.from({ length: costs.length }, (_, index) => index)
    return cut(order === 'cost' ? natural.sort(byCost) : natural, batchSize)
  }
  const random = new RandomStream(seed, 'batches', epoch)
  const samples = random.permutation(costs.length)
  const chunks = cut(samples, batchSize * batchesInChunk)
  const batches = chunks.flatMap((chunk) => cut(chunk.sort(byCost), batchSize))
  return Array.from(random.permutation(batches.length), (index) => batches[index] as Int32Array)
}

function cut(samples: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, part) =>
    samples.slice(part * size, (part + 1) * size),
  )
}

/** The numbers each sample holds over the given modalities: what batches are best planned by. */
export function sampleCosts(split: Split, chosen: readonly Modality[] = modalities): Float64Array {
  const costs = new Float64Array(split.ids.length)
  for (const modality of chosen) {
    const source = split.sequences[modality]
    source?.lengths.forEach((length, sample) => {
      costs[sample] = (costs[sample] as number) + length * source.width
    })
  }
  return costs
}

/** The sequences of one modality in a batch. */
export interface BatchSequences {
  /** batch x time x width, zero after each sequence's end; time is the longest length, at least 1. */
  readonly values: Float32Array
  readonly shape: readonly [batch: number, time: number, width: number]
  /** True lengths in steps. */
  readonly lengths: Int32Array
}

/** Some samples side by side, as a model takes them. */
export interface Batch {
  /** The samples' rows in the split. */
  readonly indices: Int32Array
  /** Number of samples. */
  readonly size: number
  readonly sequences: Readonly<Partial<Record<Modality, BatchSequences>>>
  readonly targets: Targets
  /** batch x width, where the split has it. */
  readonly prosody?: Prosody
  /** The share of the sequences' numbers that is padding, from 0 to 1. */
  readonly padding: number
}

/** Memory for the values of one batch after another. */
export class BatchBuffers {
  readonly #buffers = new Map<Modality, Float32Array>()

  /** `count` numbers of any content, which the next call for the same modality may reuse. */
  take(modality: Modality, count: number): Float32Array {
    let buffer = this.#buffers.get(modality)
    if (buffer === undefined || buffer.length < count) {
      buffer = new Float32Array(count)
      this.#buffers.set(modality, buffer)
    }
    return buffer.subarray(0, count)
  }
}

/**
 * Reads some samples of a split and pads them with zeros at the end to the longest of them.
 *
 * @param indices rows of the split.
 * @param chosen the modalities to read.
 * @param buffers memory to reuse: the batch's values then hold until the next batch is collated.
 * @throws LimbicError if the split has not all the modalities.
 */
export function collateBatch(
  split: Split,
  indices: Int32Array,
  chosen: readonly Modality[],
  buffers?: BatchBuffers,
): Batch {
  const sequences: Partial<Record<Modality, BatchSequences>> = {}
  let [numbers, padded] = [0, 0]
  for (const modality of chosen) {
    const batch = collateSequences(split, indices, modality, buffers)
    sequences[modality] = batch
    const steps = batch.lengths.reduce((sum, length) => sum + length, 0)
    numbers += batch.values.length
    padded += batch.values.length - steps * batch.shape[2]
  }
  return {
    indices,
    size: indices.length,
    sequences,
    targets: pickTargets(split.targets, split.ids.length, indices),
    ...(split.prosody && { prosody: pickProsody(split.prosody, indices) }),
    padding: numbers === 0 ? 0 : padded / numbers,
  }
}

function collateSequences(
  split: Split,
  indices: Int32Array,
  modality: Modality,
  buffers: BatchBuffers | undefined,
): BatchSequences {
  const source = split.sequences[modality]
  if (source === undefined) {
    throw new LimbicError(`the data have no ${modality}`, {
      expected: Object.keys(split.sequences).join(', '),
      hint: 'Choose a model for the modalities that the data have',
    })
  }
  const { width } = source
  const lengths = Int32Array.from(indices, (index) => source.lengths[index] ?? 0)
  const time = lengths.reduce((most, length) => Math.max(most, length), 1)
  const count = indices.length * time * width
  const values = buffers ? buffers.take(modality, count) : new Float32Array(count)
  indices.forEach((index, row) => {
    const start = row * time * width
    source.read(index, values, start)
    values.fill(0, start + (lengths[row] as number) * width, start + time * width)
  })
  return { values, shape: [indices.length, time, width], lengths }
}

/** The share of padding that a plan leads to for sequences of these lengths, from 0 to 1. */
export function paddingShare(batches: readonly Int32Array[], lengths: ArrayLike<number>): number {
  let [steps, total] = [0, 0]
  for (const batch of batches) {
    let longest = 1
    for (const sample of batch) {
      steps += lengths[sample] as number
      longest = Math.max(longest, lengths[sample] as number)
    }
    total += longest * batch.length
  }
  return total === 0 ? 0 : 1 - steps / total
}
