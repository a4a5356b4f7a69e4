import type { SequenceSource } from './dataset.js'

/**
 * Reads a source once, sample by sample, in order.
 *
 * @param take is given the numbers of each sample, step by step, which are only lent
 */
export function readEach(
  source: SequenceSource,
  take: (values: Float32Array, sample: number) => void,
): void {
  const { width, lengths } = source
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const memory = new Float32Array(longest * width)
  lengths.forEach((length, sample) => {
    source.read(sample, memory, 0)
    take(memory.subarray(0, length * width), sample)
  })
}
