import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapleyValues } from '../../../src/faces/explain.js'

/** A game of up to four players: a value for each coalition. */
const games = fc.integer({ min: 0, max: 4 }).chain((players) =>
  fc.record({
    players: fc.constant(players),
    values: fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
      minLength: 2 ** players,
      maxLength: 2 ** players,
    }),
  }),
)

const has = (coalition: number, player: number) => (coalition & (1 << player)) !== 0

/** By the definition: the mean change over all orders of joining. */
function overAllOrders(values: readonly number[], players: number): number[] {
  const orders = (left: readonly number[]): number[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((first) =>
          orders(left.filter((one) => one !== first)).map((rest) => [first, ...rest]),
        )
  const all = orders([...Array(players).keys()])
  const sums = Array<number>(players).fill(0)
  for (const order of all) {
    let coalition = 0
    for (const player of order) {
      const joined = coalition | (1 << player)
      sums[player] = (sums[player] ?? 0) + (values[joined] ?? 0) - (values[coalition] ?? 0)
      coalition = joined
    }
  }
  return sums.map((sum) => sum / all.length)
}

describe('Shapley values', () => {
  it('are the mean change over all orders of joining', () => {
    fc.assert(
      fc.property(games, ({ values, players }) => {
        const shares = shapleyValues(values, players)
        for (const [player, share] of overAllOrders(values, players).entries()) {
          expect(shares[player]).toBeCloseTo(share, 10)
        }
      }),
    )
  })

  it('add up to what all come to less what none does', () => {
    fc.assert(
      fc.property(games, ({ values, players }) => {
        const sum = shapleyValues(values, players).reduce((total, share) => total + share, 0)
        expect(sum).toBeCloseTo((values.at(-1) ?? 0) - (values[0] ?? 0), 10)
      }),
    )
  })

  it('are the same for players that do the same', () => {
    fc.assert(
      fc.property(games, ({ values, players }) => {
        if (players < 2) return
        // Players 0 and 1 change places: the value of a coalition and its mirror image become one.
        const mirror = (coalition: number) =>
          (coalition & ~3) | (has(coalition, 0) ? 2 : 0) | (has(coalition, 1) ? 1 : 0)
        const alike = values.map((value, coalition) => value + (values[mirror(coalition)] ?? 0))
        const [one, other] = shapleyValues(alike, players)
        expect(one).toBeCloseTo(other ?? Number.NaN, 10)
      }),
    )
  })

  it('are exactly 0 for a player that changes nothing', () => {
    fc.assert(
      fc.property(games, ({ values, players }) => {
        if (players === 0) return
        const last = players - 1
        const blind = values.map((_, coalition) => values[coalition & ~(1 << last)] ?? 0)
        expect(Math.abs(shapleyValues(blind, players)[last] ?? Number.NaN)).toBe(0)
      }),
    )
  })

  it('are the parts of a sum', () => {
    const parts = [3, -1.5, 0.25]
    const values = Array.from({ length: 8 }, (_, coalition) =>
      parts.reduce((sum, part, player) => sum + (has(coalition, player) ? part : 0), 7),
    )
    for (const [player, share] of shapleyValues(values, 3).entries()) {
      expect(share).toBeCloseTo(parts[player] ?? Number.NaN, 12)
    }
  })

  it('need a value for each coalition', () => {
    expect(() => shapleyValues([1, 2, 3], 2)).toThrowError(/expected 4 values.*got 3/)
  })
})
