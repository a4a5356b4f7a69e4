/** Emotions that are felt as good; those not here or below are felt as bad. */
const good = new Set(['happy', 'excited', 'joy', 'calm'])
const neither = new Set(['surprise', 'neutral'])

/**
 * The sentiment that follows from intensities of emotions: the sum of the good ones less the sum
 * of the bad ones, within -3 and 3. Surprise and neutral count for neither.
 */
export function sentimentOf(intensities: Float32Array, emotions: readonly string[]): number {
  const sum = intensities.reduce((total, intensity, index) => {
    const emotion = emotions[index] ?? ''
    if (neither.has(emotion)) return total
    return total + (good.has(emotion) ? intensity : -intensity)
  }, 0)
  return Math.max(-3, Math.min(3, sum))
}
