/** What live sources keep: bounded, whoever reads. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ring } from '../../../src/media/decode/page/live/ring.js'

async function rest<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

test('keeps the latest items up to a weight, and always one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      async (weights, most) => {
        const ring = new Ring<number>(most)
        for (const [item, weight] of weights.entries()) ring.push(item, weight)
        ring.end()
        const kept = await rest(ring.read())
        const weight = (from: number) => weights.slice(from).reduce((sum, one) => sum + one, 0)
        const first = weights.findIndex((_, from) => weight(from) <= most)
        const begin = first < 0 ? weights.length - 1 : first
        expect(kept).toEqual(weights.map((_, item) => item).slice(begin))
        expect(ring.oldest).toBe(begin)
      },
    ),
  )
})

test('gives each reader what comes, and a slow one what is left', async () => {
  const ring = new Ring<number>(3)
  const [fast, slow] = [ring.read(), ring.read()]
  const first = slow.next()
  ring.push(0, 1)
  expect(await first).toEqual({ value: 0, done: false })
  const seen: number[] = []
  for (let item = 1; item < 10; item++) {
    ring.push(item, 1)
    seen.push((await fast.next()).value ?? Number.NaN)
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  ring.end()
  expect(await rest(slow)).toEqual([7, 8, 9])
  expect(await rest(fast)).toEqual([9])
})

test('ends readers that wait, with its failure if it has one', async () => {
  for (const failure of [undefined, new Error('unplugged')]) {
    const ring = new Ring<number>(3)
    const waiting = rest(ring.read())
    ring.end(failure)
    ring.push(1, 1)
    if (failure) await expect(waiting).rejects.toThrow('unplugged')
    else expect(await waiting).toEqual([])
  }
  const cleared = new Ring<number>(3)
  cleared.push(1, 1)
  cleared.clear()
  expect(await rest(cleared.read())).toEqual([])
})
