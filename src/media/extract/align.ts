/** Voice and face aligned to the words: one step per word. */
import { LimbicError } from '../../base/errors.js'
import type { ClipFeature, TimedWord } from './clip.js'

/**
 * The mean of the steps whose middle falls into each word. A word that none falls into becomes a row
 * of NaN, which reading replaces as it does any missing value.
 *
 * @param name of the feature, for messages
 * @throws LimbicError if its steps are not rows of floating-point numbers with times
 */
export function alignToWords(
  { dataType, shape, values, length, times }: ClipFeature,
  words: readonly TimedWord[],
  name: string,
): ClipFeature {
  if (dataType !== 'float32' || shape.length !== 1 || !times) {
    throw new LimbicError('cannot be aligned to words', {
      where: name,
      expected: 'rows of floating-point numbers with times',
      got: `${dataType} [${shape.join(', ')}]${times ? '' : ' without times'}`,
    })
  }
  const [width = 0] = shape
  const aligned = new Float32Array(words.length * width).fill(Number.NaN)
  for (const [word, { start, end }] of words.entries()) {
    const inside: number[] = []
    for (let step = 0; step < length; step++) {
      const time = times[step] ?? Number.NaN
      if (time >= start && time < end) inside.push(step)
    }
    for (let column = 0; inside.length > 0 && column < width; column++) {
      const sum = inside.reduce(
        (total, step) => total + Number(values[step * width + column] ?? 0),
        0,
      )
      aligned[word * width + column] = sum / inside.length
    }
  }
  const middles = Float64Array.from(words, ({ start, end }) => (start + end) / 2)
  return { dataType, shape, values: aligned, length: words.length, times: middles }
}
