/** How well sentiment is predicted, as a number and as classes. */
import { numberAt } from '../base/numbers.js'
import { checkPairs, type Numbers } from './check.js'
import { accuracyOf, countConfusions, scoreClasses, weightedBySupport } from './confusion.js'
import { correlation } from './numbers.js'
import { type SentimentScale, sevenPointScale } from './sentiment-scale.js'

/**
 * How close predicted sentiment comes to the truth, in every convention that the field reports. F1 is
 * the mean of both polarities' F1, weighted by how many samples truly are of each, as scikit-learn
 * defines it and MMSA reports since 2021. `ByPredictions` is what the published evaluations of MulT,
 * MMLatch and MESM report: they hand scikit-learn the predictions as truths, so that each polarity
 * weighs as often as it is predicted.
 */
export interface SentimentMetrics {
  /** Mean absolute error, on the scale of the sentiment. */
  readonly mae: number
  /** Pearson's correlation; NaN if the predictions or the truths are all the same. */
  readonly correlation: number
  /** Share of samples in the right class of -3 .. 3; only on that scale. */
  readonly accuracy7?: number
  /** Share of samples in the right one of five classes of the scale. */
  readonly accuracy5?: number
  /** Share of samples rightly negative, neutral or positive; only from -1 to 1. */
  readonly accuracy3?: number
  /** Negative against non-negative: `>= 0` is positive, neutral samples included. */
  readonly accuracy2ZerosPositive: number
  readonly f1ZerosPositive: number
  readonly f1ZerosPositiveByPredictions: number
  /** Positive against the rest: `> 0` is positive, neutral samples included. CH-SIMS's two classes. */
  readonly accuracy2ZerosNegative: number
  readonly f1ZerosNegative: number
  readonly f1ZerosNegativeByPredictions: number
  /** Positive against negative: samples whose truth is 0 are left out; NaN if no other is there. */
  readonly accuracy2ZerosExcluded: number
  readonly f1ZerosExcluded: number
  readonly f1ZerosExcludedByPredictions: number
}

/**
 * The metrics of sentiment regression as reported on CMU-MOSI and CMU-MOSEI, or on CH-SIMS. The mean
 * absolute error and the correlation take predictions as they are, also beyond the scale.
 *
 * @param predictions one number a sample
 * @param truths one number a sample, on the scale
 * @param scale from -3 to 3 unless given: which classes there are
 * @throws LimbicError if the lengths differ or are 0, or a number is not finite
 */
export function sentimentMetrics(
  predictions: Numbers,
  truths: Numbers,
  scale: SentimentScale = sevenPointScale,
): SentimentMetrics {
  checkPairs('sentiment', predictions, truths)
  const zerosPositive = polarityScores(predictions, truths, (value) => value >= 0)
  const zerosNegative = polarityScores(predictions, truths, (value) => value > 0)
  const zerosExcluded = polarityScores(
    predictions,
    truths,
    (value) => value > 0,
    (truth) => truth !== 0,
  )
  return {
    mae: meanOver(predictions, truths, (prediction, truth) => Math.abs(prediction - truth)),
    correlation: correlation(predictions, truths),
    ...Object.fromEntries(
      Object.entries(scale.accuracies).map(([name, classOf]) => [
        name,
        meanOver(predictions, truths, (one, other) => Number(classOf(one) === classOf(other))),
      ]),
    ),
    accuracy2ZerosPositive: zerosPositive.accuracy,
    f1ZerosPositive: zerosPositive.f1,
    f1ZerosPositiveByPredictions: zerosPositive.f1ByPredictions,
    accuracy2ZerosNegative: zerosNegative.accuracy,
    f1ZerosNegative: zerosNegative.f1,
    f1ZerosNegativeByPredictions: zerosNegative.f1ByPredictions,
    accuracy2ZerosExcluded: zerosExcluded.accuracy,
    f1ZerosExcluded: zerosExcluded.f1,
    f1ZerosExcludedByPredictions: zerosExcluded.f1ByPredictions,
  }
}

function meanOver(
  predictions: Numbers,
  truths: Numbers,
  of: (prediction: number, truth: number) => number,
): number {
  let sum = 0
  for (let sample = 0; sample < truths.length; sample++) {
    sum += of(numberAt(predictions, sample), numberAt(truths, sample))
  }
  return sum / truths.length
}

interface PolarityScores {
  readonly accuracy: number
  readonly f1: number
  readonly f1ByPredictions: number
}

function polarityScores(
  predictions: Numbers,
  truths: Numbers,
  isPositive: (value: number) => boolean,
  isCounted: (truth: number) => boolean = () => true,
): PolarityScores {
  const samples = Array.from(truths, (_, sample) => sample).filter((sample) =>
    isCounted(numberAt(truths, sample)),
  )
  const classOf = (values: Numbers) => (place: number) =>
    Number(isPositive(numberAt(values, numberAt(samples, place))))
  const [truly, predicted] = [classOf(truths), classOf(predictions)]
  const counts = countConfusions(2, samples.length, truly, predicted)
  const turned = countConfusions(2, samples.length, predicted, truly)
  return {
    accuracy: accuracyOf(counts),
    f1: weightedBySupport(scoreClasses(counts), 'f1'),
    f1ByPredictions: weightedBySupport(scoreClasses(turned), 'f1'),
  }
}
