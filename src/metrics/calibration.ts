/** Whether a model is right as often as it is sure. */
import { LimbicError } from '../base/errors.js'

/** The answers whose confidence falls into a part of the scale. */
export interface CalibrationBin {
  /** `(from, to]`; the first bin includes 0. */
  readonly from: number
  readonly to: number
  readonly count: number
  /** The mean confidence, and the share that is right; 0 where there is no answer. */
  readonly confidence: number
  readonly accuracy: number
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[]
  /**
   * The expected calibration error: the differences between confidence and accuracy, weighted by the
   * answers in each bin.
   */
  readonly error: number
  readonly count: number
}

/**
 * Groups answers into bins of equal width by their confidence (Guo et al., *On Calibration of Modern
 * Neural Networks*, 2017, sections 2 and 3).
 *
 * @param confidences [answers], from 0 to 1
 * @param isRight [answers]
 * @throws LimbicError if there is no answer, or not one of each per answer
 */
export function calibration(
  confidences: ArrayLike<number>,
  isRight: ArrayLike<boolean>,
  bins = 10,
): Calibration {
  const count = confidences.length
  if (count === 0 || isRight.length !== count || !(bins >= 1)) {
    throw new LimbicError('calibration cannot be measured', {
      expected: 'a confidence and a verdict for each of one or more answers',
      got: `${count} confidences, ${isRight.length} verdicts, ${bins} bins`,
    })
  }
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }))
  for (let answer = 0; answer < count; answer++) {
    const confidence = confidences[answer] ?? 0
    const bin = sums[Math.min(Math.max(Math.ceil(confidence * bins) - 1, 0), bins - 1)]
    if (!bin) continue
    bin.count++
    bin.confidence += confidence
    if (isRight[answer]) bin.right++
  }
  const means = sums.map(
    (sum, place): CalibrationBin => ({
      ...{ from: place / bins, to: (place + 1) / bins, count: sum.count },
      confidence: sum.count > 0 ? sum.confidence / sum.count : 0,
      accuracy: sum.count > 0 ? sum.right / sum.count : 0,
    }),
  )
  const error = means.reduce(
    (total, bin) => total + (bin.count / count) * Math.abs(bin.confidence - bin.accuracy),
    0,
  )
  return { bins: means, error, count }
}
