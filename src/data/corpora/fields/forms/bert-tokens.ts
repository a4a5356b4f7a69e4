/** Recognises BERT's input tokens, as MMSA's files keep them under `text_bert`. */
import { PickledArray, type PickleValue } from '../../../../formats/pickle/index.js'
import type { Feature } from '../../../feature.js'

/** Token ids of each sample, padded. */
export interface BertTokens {
  /** Steps per sample, padding included. */
  readonly steps: number
  /** True steps of each sample, by the mask. */
  readonly lengths: Int32Array
  /** The tokens as a feature: one integer per step. A sample without tokens is one token 0. */
  readonly feature: Feature<BigInt64Array>
}

/** Token ids, mask and segment ids of one sample, all of the same length. */
interface Rows {
  readonly steps: number
  readonly numbers: ArrayLike<number>
}

/**
 * The tokens in an array of samples x 3 x steps: token ids, a mask of ones followed by zeros, and
 * segment ids 0 and 1. A list of one 3 x steps array per sample is accepted too.
 *
 * @returns undefined if the value is anything else
 */
export function bertTokens(value: PickleValue | undefined): BertTokens | undefined {
  const samples = rowsOf(value)
  if (!samples || samples.length === 0) return undefined
  const lengths = new Int32Array(samples.length)
  for (const [index, rows] of samples.entries()) {
    const length = lengthOf(rows)
    if (length === undefined) return undefined
    lengths[index] = length
  }
  const steps = samples.reduce((most, rows) => Math.max(most, rows.steps), 0)
  return { steps, lengths, feature: featureOf(samples, lengths) }
}

function featureOf(samples: readonly Rows[], lengths: Int32Array): Feature<BigInt64Array> {
  return {
    width: 1,
    shape: [],
    dataType: 'int64',
    lengths: lengths.map((length) => Math.max(1, length)),
    read(sample, target, offset) {
      const { numbers } = samples[sample] ?? { numbers: [] }
      const length = lengths[sample] ?? 0
      target[offset] = 0n
      for (let step = 0; step < length; step++) {
        target[offset + step] = BigInt(numbers[step] ?? 0)
      }
    },
  }
}

function rowsOf(value: PickleValue | undefined): readonly Rows[] | undefined {
  if (value instanceof PickledArray && value.content?.kind === 'stored') {
    const { array } = value.content
    const [samples = 0, three, steps = 0] = value.shape
    if (value.shape.length !== 3 || three !== 3 || steps === 0 || array.isText) return undefined
    const all = array.toNumbers()
    return Array.from({ length: samples }, (_, sample) => ({
      steps,
      numbers: all.subarray(3 * sample * steps, 3 * (sample + 1) * steps),
    }))
  }
  const items = Array.isArray(value)
    ? value
    : value instanceof PickledArray && value.content?.kind === 'objects'
      ? value.content.items
      : []
  const rows = items.flatMap((item): Rows[] => {
    if (!(item instanceof PickledArray) || item.content?.kind !== 'stored') return []
    const [three, steps = 0] = item.shape
    const fits = item.shape.length === 2 && three === 3 && !item.content.array.isText
    return fits ? [{ steps, numbers: item.content.array.toNumbers() }] : []
  })
  return rows.length === items.length ? rows : undefined
}

/**
 * The number of tokens by the mask of a sample; undefined if these are not ids, mask and segments.
 */
function lengthOf({ steps, numbers }: Rows): number | undefined {
  let length = 0
  for (let step = 0; step < steps; step++) {
    const [token = -1, mask = -1, segment = -1] = [
      numbers[step],
      numbers[steps + step],
      numbers[2 * steps + step],
    ]
    if (!Number.isInteger(token) || token < 0 || (segment !== 0 && segment !== 1)) return undefined
    if (mask === 1 && length === step) length++
    else if (mask !== 0) return undefined
  }
  return length
}
