/**
 * Adam (Kingma and Ba, 2015) as part of the graph.
 *
 * The moments are kept without their factors (1 - beta), which saves two passes over all
 * parameters per step. With M = m / (1 - beta1) and V = v / (1 - beta2), Adam's update
 * `rate * m^ / (sqrt(v^) + epsilon)` becomes `stepSize * M / (sqrt(V) + epsilon')`. `adamScalars`
 * computes `stepSize` and the scaled epsilon' in float64: they depend on the step number alone.
 */
import {
  add,
  divide,
  multiply,
  type Parameter,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../graph/index.js'

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const

/** The step size and scaled epsilon that the graph is fed at one step (counted from 1). */
export function adamScalars(step: number, rate: number): { stepSize: number; epsilon: number } {
  const { beta1, beta2, epsilon } = adamDefaults
  const correction1 = 1 - beta1 ** step
  const correction2 = 1 - beta2 ** step
  const spread = Math.sqrt(correction2 / (1 - beta2))
  return {
    stepSize: (rate * (1 - beta1) * spread) / correction1,
    epsilon: epsilon * spread,
  }
}

export interface Moments {
  readonly first: Tensor
  readonly second: Tensor
}

/** A parameter and its moments after one step. */
export function adamStep(
  parameter: Tensor,
  gradient: Tensor,
  moments: Moments,
  { stepSize, epsilon, weightDecay }: { stepSize: Tensor; epsilon: Tensor; weightDecay: number },
): Moments & { readonly value: Tensor } {
  const { beta1, beta2 } = adamDefaults
  const slope = weightDecay > 0 ? add(gradient, multiply(parameter, weightDecay)) : gradient
  const first = add(multiply(moments.first, beta1), slope)
  const second = add(multiply(moments.second, beta2), square(slope))
  const value = subtract(parameter, divide(multiply(first, stepSize), add(sqrt(second), epsilon)))
  return { value, first, second }
}

/** Parameters that share a learning rate: a factor on the base rate, by path prefix. */
export interface ParameterGroup {
  readonly prefix: string
  readonly factor: number
}

export function factorOf(parameter: Parameter, groups: readonly ParameterGroup[]): number {
  return groups.find(({ prefix }) => parameter.name.startsWith(prefix))?.factor ?? 1
}
