/** Voice and face aligned to the words: one step per word. */
import { LimbicError } from '../../base/errors.js'
import { frameNames } from '../recipes/recipe.js'
import type { ClipFeature, TimedWord } from './clip.js'
import { type FrameOptions, framesOfWords } from './word-frames.js'

/**
 * The mean of the steps whose middle falls into each word. A word that none falls into becomes a row
 * of NaN, which reading replaces as it does any missing value.
 *
 * @param name of the feature, for messages
 * @throws LimbicError if its steps are not rows of floating-point numbers with times
 */
export function alignToWords(
  feature: ClipFeature,
  words: readonly TimedWord[],
  name: string,
): ClipFeature {
  const { dataType, shape, values, length } = feature
  const { width, times } = timedRows(feature, name)
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
  return { dataType, shape, values: aligned, length: words.length, times: middlesOf(words) }
}

/**
 * The frames of each word as features (see `framesOfWords`): `<name>Frames` [words, most, width], NaN
 * after a word's last frame, and `<name>FrameCounts`, int64 [words].
 *
 * @param feature if there is none, no word has a frame, and only the counts are told
 * @throws LimbicError as `alignToWords` does
 */
export function wordFrames(
  feature: ClipFeature | undefined,
  words: readonly TimedWord[],
  name: string,
  options: FrameOptions,
): Record<string, ClipFeature> {
  const named = frameNames(name)
  const [length, times] = [words.length, middlesOf(words)]
  const counts = new BigInt64Array(length)
  const own = {
    [named.counts]: { dataType: 'int64' as const, shape: [], values: counts, length, times },
  }
  if (!feature) return own
  const { width, times: middles } = timedRows(feature, name)
  const intervals = Float64Array.from(words.flatMap(({ start, end }) => [start, end]))
  const rows = { width, values: Float32Array.from(feature.values, Number), middles }
  const table = framesOfWords(intervals, rows, options, Number.NaN)
  const size = options.most * width
  const values = new Float32Array(length * size)
  for (let word = 0; word < length; word++) {
    const place = word * (size + 1)
    values.set(table.subarray(place, place + size), word * size)
    counts[word] = BigInt(table[place + size] ?? 0)
  }
  const shape = [options.most, width]
  return { [named.frames]: { dataType: 'float32', shape, values, length, times }, ...own }
}

const middlesOf = (words: readonly TimedWord[]) =>
  Float64Array.from(words, ({ start, end }) => (start + end) / 2)

/** @throws LimbicError if its steps are not rows of floating-point numbers with times */
function timedRows(
  { dataType, shape, times }: ClipFeature,
  name: string,
): { readonly width: number; readonly times: Float64Array } {
  if (dataType === 'float32' && shape.length === 1 && times) return { width: shape[0] ?? 0, times }
  throw new LimbicError('cannot be aligned to words', {
    where: name,
    expected: 'rows of floating-point numbers with times',
    got: `${dataType} [${shape.join(', ')}]${times ? '' : ' without times'}`,
  })
}
