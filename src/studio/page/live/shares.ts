/** What voice and face each add to an answer. */
import { shapleyValues } from '../../../explain/attribution/shapley.js'
import { type Sense, senses } from '../../../recognise/index.js'
import type { LiveAnswer } from '../../../recognise/live.js'

/** An emotion's probability, taken apart. */
export interface Shares {
  /** What it has where nothing is known: equal shares of all emotions. */
  readonly equal: number
  /** What each sense adds to that, on average over the orders in which they can come in. */
  readonly adds: Readonly<Partial<Record<Sense, number>>>
}

/**
 * Exact Shapley values of the senses that say something: the value of a choice of senses is the
 * probability that their fusion gives. Equal shares and what is added make the answer.
 *
 * @param emotion its place among the probabilities
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
