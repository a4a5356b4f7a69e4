/** Shapley values from the values of all coalitions. */
import { LimbicError } from '../../base/errors.js'

/**
 * The value of each player of a game: the change it makes on joining, averaged over all orders in
 * which the players can join. The values add up to that of all players less that of none.
 *
 * Source: L. S. Shapley, "A value for n-person games", 1953, in closed form over coalitions:
 * the sum over coalitions S without player i of |S|! (n - |S| - 1)! / n! (v(S with i) - v(S)).
 *
 * @param values [2^players]: the value of each coalition; bit i of its index is set where player i
 * is in it
 * @returns [players]
 * @throws LimbicError if there is not one value for each coalition
 */
export function shapleyValues(values: ArrayLike<number>, players: number): Float64Array {
  if (!Number.isInteger(players) || players < 0 || values.length !== 2 ** players) {
    throw new LimbicError('wrong number of coalition values', {
      where: 'Shapley values',
      expected: `${2 ** players} values for ${players} players`,
      got: String(values.length),
    })
  }
  const weights = coalitionWeights(players)
  const shares = new Float64Array(players)
  for (let coalition = 0; coalition < values.length; coalition++) {
    const before = values[coalition] ?? 0
    const weight = weights[members(coalition)] ?? 0
    for (let player = 0; player < players; player++) {
      const joined = coalition | (1 << player)
      if (joined === coalition) continue
      const change = (values[joined] ?? 0) - before
      shares[player] = (shares[player] ?? 0) + weight * change
    }
  }
  return shares
}

/** s! (n - s - 1)! / n! by the size s of the coalition that is joined. */
function coalitionWeights(players: number): number[] {
  const weights: number[] = []
  let weight = 1 / players
  for (let size = 0; size < players; size++) {
    weights.push(weight)
    weight *= (size + 1) / (players - size - 1)
  }
  return weights
}

function members(coalition: number): number {
  let count = 0
  for (let rest = coalition; rest > 0; rest &= rest - 1) count++
  return count
}
