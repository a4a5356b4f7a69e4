import { checkPairs, type Numbers } from './check.js'
import { accuracyOf, countConfusions, scoreClasses, weightedBySupport } from './confusion.js'
import { clip, correlation, roundHalfEven } from './numbers.js'

/** How close predicted sentiment comes to the truth, in every convention that the field reports. */
export interface SentimentMetrics {
  /** Mean absolute error, on the scale of the sentiment (-3 to 3). */
  readonly mae: number
  /** Pearson's correlation; NaN if the predictions or the truths are all the same. */
  readonly correlation: number
  /** Share of samples that round to the right one of the classes -3 .. 3. */
  readonly accuracy7: number
  /** The same with both sides clipped to -2 .. 2. */
  readonly accuracy5: number
  /** Negative against non-negative: `>= 0` is positive, neutral samples included. */
  readonly accuracy2ZerosPositive: number
  readonly f1ZerosPositive: number
  /** Positive against the rest: `> 0` is positive, neutral samples included. */
  readonly accuracy2ZerosNegative: number
  readonly f1ZerosNegative: number
  /** Positive against negative: samples whose truth is 0 are left out; NaN if no other is there. */
  readonly accuracy2ZerosExcluded: number
  readonly f1ZerosExcluded: number
}

/** By whose samples the F1 of the two polarities are weighted into one. */
export type PolarityWeights = 'predictions' | 'truths'

/**
 * The metrics of sentiment regression as reported on CMU-MOSI and CMU-MOSEI. Rounding is half to
 * even. F1 is the mean of both polarities' F1, each weighted by its number of samples: by those
 * *predicted* so, as the published evaluations of MulT, MMLatch and MESM do (they hand
 * scikit-learn's weighted F1 the predictions as truths), or by those *truly* so.
 *
 * @param predictions one number a sample
 * @param truths one number a sample, from -3 to 3
 * @param weights 'predictions' compares with published figures; 'truths' is scikit-learn's definition
 * @throws LimbicError if the lengths differ or are 0, or a number is not finite
 */
export function sentimentMetrics(
  predictions: Numbers,
  truths: Numbers,
  weights: PolarityWeights = 'predictions',
): SentimentMetrics {
  checkPairs('sentiment', predictions, truths)
  const polarity = polarityScores(predictions, truths, weights)
  const zerosPositive = polarity((value) => value >= 0)
  const zerosNegative = polarity((value) => value > 0)
  const zerosExcluded = polarity(
    (value) => value > 0,
    (truth) => truth !== 0,
  )
  return {
    mae: meanOver(predictions, truths, (prediction, truth) => Math.abs(prediction - truth)),
    correlation: correlation(predictions, truths),
    accuracy7: meanOver(predictions, truths, sameClass(3)),
    accuracy5: meanOver(predictions, truths, sameClass(2)),
    accuracy2ZerosPositive: zerosPositive.accuracy,
    f1ZerosPositive: zerosPositive.f1,
    accuracy2ZerosNegative: zerosNegative.accuracy,
    f1ZerosNegative: zerosNegative.f1,
    accuracy2ZerosExcluded: zerosExcluded.accuracy,
    f1ZerosExcluded: zerosExcluded.f1,
  }
}

/** The names of the seven sentiment classes from -3 to 3, as MMLatch's figure 2 writes them. */
export const sentimentClassNames = ['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++'] as const

/** The class 0 .. 6 of a sentiment: clipped to [-3, 3] and rounded half to even, plus 3. */
export function sentimentClass(sentiment: number): number {
  return roundHalfEven(clip(sentiment, 3)) + 3
}

function sameClass(limit: number): (prediction: number, truth: number) => number {
  const classOf = (value: number) => roundHalfEven(clip(value, limit))
  // `===` and not `Object.is`, so that -0 and 0 are one class.
  return (prediction, truth) => (classOf(prediction) === classOf(truth) ? 1 : 0)
}

function meanOver(
  predictions: Numbers,
  truths: Numbers,
  of: (prediction: number, truth: number) => number,
): number {
  let sum = 0
  for (let sample = 0; sample < truths.length; sample++) {
    sum += of(predictions[sample] as number, truths[sample] as number)
  }
  return sum / truths.length
}

function polarityScores(predictions: Numbers, truths: Numbers, weights: PolarityWeights) {
  return (
    isPositive: (value: number) => boolean,
    isCounted: (truth: number) => boolean = () => true,
  ): { accuracy: number; f1: number } => {
    const samples = Array.from(truths, (_, sample) => sample).filter((sample) =>
      isCounted(truths[sample] as number),
    )
    const classOf = (values: Numbers) => (place: number) =>
      Number(isPositive(values[samples[place] as number] as number))
    const [rows, columns] =
      weights === 'predictions' ? [predictions, truths] : [truths, predictions]
    const counts = countConfusions(2, samples.length, classOf(rows), classOf(columns))
    return { accuracy: accuracyOf(counts), f1: weightedBySupport(scoreClasses(counts), 'f1') }
  }
}
