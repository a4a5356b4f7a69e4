/** Calibrates the probabilities of an overconfident model. */

/**
 * Divides the logarithms of probabilities by a temperature (Guo et al., *On Calibration of Modern
 * Neural Networks*, 2017): above 1 they become more equal; their order is unchanged.
 *
 * @returns probabilities, which sum to 1
 */
export function softened(probabilities: ArrayLike<number>, temperature: number): number[] {
  const powers = Array.from(probabilities, (probability) => probability ** (1 / temperature))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
