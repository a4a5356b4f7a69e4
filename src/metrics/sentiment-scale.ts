/** The scales on which corpora rate sentiment, and the classes into which each is cut. */
import type { Numbers } from './check.js'
import { clip, roundHalfEven } from './numbers.js'

/** A scale of sentiment: symmetric around 0, with classes of which each refines the polarity. */
export interface SentimentScale {
  /** The strongest sentiment on either side. */
  readonly strongest: 1 | 3
  /** The names of its finest classes, from the most negative on. */
  readonly classNames: readonly string[]
  /** The sentiment in the middle of each finest class. */
  readonly middles: readonly number[]
  /** The finest class of a sentiment, as an index into the names; beyond the scale its last ones. */
  classOf(sentiment: number): number
  /** Into how many classes accuracy is counted, besides the two polarities, and by what. */
  readonly accuracies: Readonly<
    Partial<Record<'accuracy7' | 'accuracy5' | 'accuracy3', (sentiment: number) => number>>
  >
}

/**
 * From -3 to 3, as CMU-MOSI and CMU-MOSEI rate: seven classes by rounding, half to even, and five by
 * clipping to [-2, 2] first. The names are those of MMLatch's figure 2.
 */
export const sevenPointScale: SentimentScale = {
  strongest: 3,
  classNames: ['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++'],
  middles: [-3, -2, -1, 0, 1, 2, 3],
  classOf: rounded(3),
  accuracies: { accuracy7: rounded(3), accuracy5: rounded(2) },
}

/**
 * From -1 to 1, as CH-SIMS rates, with that corpus's classes: five that end at -0.7, -0.1, 0.1, 0.7
 * and three that end at -0.1, 0.1, each with its upper end, as MMSA measures.
 */
export const unitScale: SentimentScale = {
  strongest: 1,
  classNames: ['neg+', 'neg', 'neu', 'pos', 'pos+'],
  middles: [-0.85, -0.4, 0, 0.4, 0.85],
  classOf: cutAt([-0.7, -0.1, 0.1, 0.7]),
  accuracies: { accuracy5: cutAt([-0.7, -0.1, 0.1, 0.7]), accuracy3: cutAt([-0.1, 0.1]) },
}

/** The scale of all the labels of a corpus, by split: from -1 to 1 where none lies beyond, else to 3. */
export function scaleOf(labels: readonly Numbers[]): SentimentScale {
  const isUnit = (of: Numbers) => Array.from(of).every((label) => Math.abs(label) <= 1)
  return labels.every(isUnit) ? unitScale : sevenPointScale
}

/** The number of ends of classes that lie below; compared as float32, in which labels are kept. */
function cutAt(ends: readonly number[]): (sentiment: number) => number {
  const limits = ends.map(Math.fround)
  return (sentiment) => {
    const value = Math.fround(sentiment)
    return limits.reduce((index, end) => index + Number(value > end), 0)
  }
}

function rounded(limit: number): (sentiment: number) => number {
  return (sentiment) => roundHalfEven(clip(sentiment, limit)) + limit
}

/** The scale with this strongest sentiment. */
export function scaleUpTo(strongest: 1 | 3): SentimentScale {
  return strongest === 1 ? unitScale : sevenPointScale
}
