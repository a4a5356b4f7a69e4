import { LimbicError } from '../../../base/errors.js'
import { PickledArray, type PickleValue } from '../../../formats/pickle/index.js'
import type { Targets } from '../../dataset.js'
import { describeValue, numberColumn } from '../fields/index.js'

/** The four classes of IEMOCAP, each against the rest, in the order of MulT's published evaluation. */
export const multEmotions = ['neutral', 'happy', 'sad', 'angry'] as const

/**
 * Reads `labels`: N x 1 x 1 (or N x 1, or N) is the sentiment, N x 4 x 2 says of each of
 * IEMOCAP's four classes no (first) or yes (second), one-hot.
 *
 * @throws LimbicError for another shape, or a pair that says neither.
 */
export function readLabels(value: PickleValue, where: string): Targets {
  const shape = value instanceof PickledArray ? value.shape : []
  const [samples = 0, ...rest] = shape
  const each = rest.reduce((product, extent) => product * extent, 1)
  if (shape.length >= 1 && shape.length <= 3 && each === 1) {
    return { sentiment: Float32Array.from(numberColumn(value, where)) }
  }
  if (rest.length === 2 && rest[0] === multEmotions.length && rest[1] === 2) {
    const pairs = numberColumn(value, where)
    const emotions = Float32Array.from({ length: samples * multEmotions.length }, (_, index) => {
      const [no, yes] = [pairs[2 * index] as number, pairs[2 * index + 1] as number]
      if (yes > no || no > yes) return Number(yes > no)
      throw new LimbicError('a label says neither yes nor no', {
        where: `${where}, row ${Math.floor(index / multEmotions.length)}, ${multEmotions[index % multEmotions.length]}`,
        expected: '[1, 0] or [0, 1]',
        got: `[${no}, ${yes}]`,
      })
    })
    return { emotions }
  }
  throw new LimbicError('labels of an unknown layout', {
    where,
    expected: `samples x 1 x 1 (sentiment) or samples x 4 x 2 (${multEmotions.join(', ')})`,
    got: describeValue(value),
  })
}
