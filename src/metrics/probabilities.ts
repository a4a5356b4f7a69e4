/** From what a model puts out to probabilities. */
import type { Numbers } from './check.js'

/** The logistic function: the probability of a logit. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/** Softmax: the probabilities of the logits of one sample, which add up to 1. */
export function softmax(logits: Numbers): number[] {
  const values = Array.from(logits)
  const most = Math.max(...values)
  const powers = values.map((logit) => Math.exp(logit - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
