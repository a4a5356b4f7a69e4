/** The sentiment of samples labelled with emotions. */
import { valenceOf } from '../../../base/emotions.js'

/**
 * The sentiment that follows from intensities of emotions: the sum of the good ones less the sum
 * of the bad ones, within -3 and 3. Surprise and neutral count for neither; an emotion that is not
 * known counts as bad.
 */
export function sentimentOf(intensities: Float32Array, emotions: readonly string[]): number {
  const sum = intensities.reduce(
    (total, intensity, index) => total + (valenceOf(emotions[index] ?? '') ?? -1) * intensity,
    0,
  )
  return Math.max(-3, Math.min(3, sum))
}
