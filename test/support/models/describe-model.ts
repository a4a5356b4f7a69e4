/** Checks of whole models, small: against the float64 interpreter and its differences. */
import { describe, expect, test } from 'vitest'
import { elementAt, lookUp } from '../../../src/base/lookup.js'
import { RandomStream } from '../../../src/base/random.js'
import { gradients, nodesInOrder, type Tensor } from '../../../src/graph/index.js'
import { describeMap } from '../../../src/models/define/maps.js'
import type { NdArray } from '../../reference/array.js'
import { evaluate } from '../../reference/evaluate.js'

import { type Feeds, type ModelCase, runSmall, smallModelOf } from './made-model.js'

export { type ModelCase, runSmall, type SmallModel, smallModelOf } from './made-model.js'

/**
 * What no gradient passes, with its values: differences that leave it as it is agree with gradients
 * that end there.
 */
function heldStill(loss: Tensor, feeds: Feeds): [Tensor, NdArray][] {
  const held = nodesInOrder([loss])
    .filter(({ operator }) => operator.name === 'stopGradient')
    .flatMap(({ outputs }) => outputs)
  const values = held.length > 0 ? evaluate(held, feeds) : []
  return held.map((tensor, index) => [tensor, values[index] as NdArray])
}

/**
 * Tests a model: its predictions, heads and objectives against the float64 interpreter, the
 * gradients of all its parameters against central differences, that attention rows add up to 1
 * where it has maps, and (unless `padded` is false) that padding changes nothing: neither more of
 * it, nor, unless a model counts on zeros there, other numbers in it. With `together`, parameters are
 * moved all at once rather than one after another, for models that the interpreter takes long over.
 */
export function describeModel(
  name: string,
  given: ModelCase,
  {
    padded = true,
    zeros = false,
    together = false,
    tolerance = 2e-5,
  }: { padded?: boolean; zeros?: boolean; together?: boolean; tolerance?: number } = {},
): void {
  describe(name, () => {
    const small = smallModelOf(given)
    const { outputs, loss, parameters, feeds } = small
    // A head may have the name of an input.
    const heads = Object.entries(outputs.heads ?? {}).map(([head, own]) => [`head.${head}`, own])
    const everything: Readonly<Record<string, Tensor>> = {
      prediction: outputs.prediction,
      ...Object.fromEntries(heads),
      ...outputs.objectives,
    }

    test('predicts what the reference predicts', async () => {
      const results = await runSmall(everything, feeds)
      const expected = evaluate(Object.values(everything), feeds)
      for (const [index, key] of Object.keys(everything).entries()) {
        const actual = results.get(key)
        for (const [row, value] of (expected[index]?.data ?? []).entries()) {
          const error = Math.abs(Number(actual?.data[row]) - value)
          expect(error, `${key}[${row}]`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)))
        }
      }
    })

    test('has the gradients that differences of the reference have', async () => {
      const trained = parameters.filter(({ trainable }) => trainable)
      const groups = together
        ? [trained.map((_, index) => index)]
        : trained.map((_, index) => [index])
      const found = gradients(
        loss,
        trained.map(({ tensor }) => tensor),
      )
      const results = await runSmall(
        Object.fromEntries(found.map((tensor, index) => [String(index), tensor])),
        feeds,
      )
      const random = new RandomStream(11, 'directions')
      const epsilon = 1e-5
      const still = new Map([...feeds, ...heldStill(loss, feeds)])
      for (const group of groups) {
        const ways = group.map((index) => {
          const { tensor, name: path } = elementAt(trained, index, 'parameter')
          const start = lookUp(feeds, tensor, 'number')
          const direction = start.data.map(() => random.normal())
          const gradient = results.get(String(index))?.data as Float32Array
          const slope = gradient.reduce((sum, value, at) => sum + value * (direction[at] ?? 0), 0)
          return { tensor, path, start, direction, slope }
        })
        const lossAt = (step: number) => {
          const moved = ways.map(({ tensor, start, direction }) => {
            const data = start.data.map((value, at) => value + step * (direction[at] ?? 0))
            return [tensor, { ...start, data }] as const
          })
          const [value] = evaluate([loss], new Map([...still, ...moved]))
          return value?.data[0] as number
        }
        const expected = (lossAt(epsilon) - lossAt(-epsilon)) / (2 * epsilon)
        const actual = ways.reduce((sum, { slope }) => sum + slope, 0)
        const error = Math.abs(actual - expected)
        const what = ways.map(({ path }) => path).join(', ')
        expect(error, what).toBeLessThan(2 * tolerance * Math.max(1, Math.abs(expected)))
      }
    })

    const mapsByName = new Map(Object.entries(outputs.maps))
    const hasMaps = Object.keys(outputs.maps).length > 0
    test.runIf(hasMaps)(
      'gives attention rows that add up to 1, masks between 0 and 1, other maps as the reference does',
      async () => {
        const results = await runSmall(outputs.maps, feeds)
        for (const [map, { shape, data }] of results) {
          const numbers = Array.from(data, Number)
          const { kind } = describeMap(map)
          if (kind !== 'attention' && kind !== 'mask') {
            const [expected] = evaluate([lookUp(mapsByName, map, 'map')], feeds)
            expect(shape, map).toEqual(expected?.shape)
            for (const [place, value] of (expected?.data ?? []).entries()) {
              const error = Math.abs((numbers[place] ?? Number.NaN) - value)
              expect(error, `${map}[${place}]`).toBeLessThan(
                tolerance * Math.max(1, Math.abs(value)),
              )
            }
            continue
          }
          if (kind === 'mask') {
            expect(
              numbers.every((value) => value >= 0 && value <= 1),
              map,
            ).toBe(true)
            continue
          }
          const keys = shape.at(-1) ?? 0
          for (let row = 0; row * keys < numbers.length; row++) {
            const sum = numbers.slice(row * keys, (row + 1) * keys).reduce((a, b) => a + b)
            expect(sum, `${map}, row ${row}`).toBeCloseTo(1, 5)
          }
        }
      },
    )

    test.runIf(padded)('predicts a sample alike whatever its padding', async () => {
      const longer = smallModelOf({
        ...given,
        padding: (given.padding ?? 0) + 4,
        beyond: zeros ? 0 : 3,
      })
      const [before, after] = await Promise.all(
        [small, longer].map(async (one) => {
          const results = await runSmall({ prediction: one.outputs.prediction }, one.feeds)
          return Array.from(results.get('prediction')?.data ?? [], Number)
        }),
      )
      expect(before).not.toHaveLength(0)
      for (const [row, value] of (before ?? []).entries()) {
        expect(after?.[row]).toBeCloseTo(value, 5)
      }
    })
  })
}
