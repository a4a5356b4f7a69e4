/** The contributions of voice and face to an answer. */
import { shapleyValues } from '../../../explain/attribution/shapley.js'
import { type Sense, senses } from '../../../recognise/index.js'
import type { LiveAnswer } from '../../../recognise/live.js'

/** The probability of an emotion, split into contributions. */
export interface Shares {
  /** Its probability without any sense: equal shares of all emotions. */
  readonly equal: number
  /** Each sense's Shapley value: what it adds, averaged over the orders of adding senses. */
  readonly adds: Readonly<Partial<Record<Sense, number>>>
}

/**
 * Exact Shapley values of the active senses. The value of a subset of senses is the probability
 * from their fusion. The equal share and the contributions sum to the answer.
 *
 * @param emotion its index among the probabilities
 */
export function sharesOf(
  { probabilities, alone }: LiveAnswer,
  emotion: number,
): Shares | undefined {
  if (!probabilities) return undefined
  const equal = 1 / probabilities.length
  const players = senses.filter((sense) => alone[sense])
  const values = Array.from({ length: 2 ** players.length }, (_, choice) => {
    const chosen = players.filter((_, player) => choice & (1 << player))
    const [only] = chosen
    if (only === undefined) return equal
    return (chosen.length === 1 ? alone[only] : probabilities)?.[emotion] ?? equal
  })
  const adds = shapleyValues(values, players.length)
  return { equal, adds: Object.fromEntries(players.map((sense, at) => [sense, adds[at]])) }
}
