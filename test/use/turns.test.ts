import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Session, Value } from '../../src/runtime/session.js'
import { type Question, Turns } from '../../src/use/turns.js'

/** A session that says each number twofold, a moment later, and refuses to do two things at once. */
function doubling() {
  const sizes: number[] = []
  let busy = false
  let closings = 0
  const session: Session = {
    inputNames: ['x'],
    outputNames: ['y'],
    async run(feeds) {
      expect(busy).toBe(false)
      busy = true
      const x = feeds.get('x')
      if (!(x?.data instanceof Float32Array)) throw new Error('no numbers')
      sizes.push(x.shape[0] ?? 0)
      await new Promise((resolve) => setTimeout(resolve))
      // Read late, as a native session may: what was fed must be there still.
      const data = x.data.map((value) => 2 * value)
      busy = false
      if (data.includes(2 * poison)) throw new Error('spoilt')
      return new Map([['y', { dataType: 'float32', shape: [...x.shape], data }]])
    },
    async close() {
      expect(busy).toBe(false)
      closings++
    },
  }
  return { session, sizes, closings: () => closings }
}
const poison = 13

function question(values: readonly number[], key?: string): Question {
  const x: Value = {
    dataType: 'float32',
    shape: [values.length, 1],
    data: Float32Array.from(values),
  }
  return { feeds: new Map([['x', x]]), size: values.length, outputs: ['y'], ...(key && { key }) }
}
const answerOf = (results: ReadonlyMap<string, Value>) =>
  Array.from(results.get('y')?.data ?? [], Number)

describe('questions that come at once', () => {
  test('each get their own answer, whatever shares a batch', async () => {
    const some = fc.array(
      fc.record({
        values: fc.array(fc.integer({ min: 20, max: 999 }), { minLength: 1, maxLength: 5 }),
        key: fc.constantFrom('short', 'long', undefined),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 1, max: 9 }), async (asked, together) => {
        const { session } = doubling()
        const turns = new Turns(session, { together })
        const answers = await Promise.all(
          asked.map(({ values, key }) => turns.ask(question(values, key))),
        )
        expect(answers.map(answerOf)).toEqual(
          asked.map(({ values }) => values.map((value) => 2 * value)),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('share a batch where they are alike, the oldest first, up to a limit', async () => {
    const { session, sizes } = doubling()
    const turns = new Turns(session, { together: 3 })
    const order: number[] = []
    const ask = async (value: number, key?: string) => {
      await turns.ask(question([value], key))
      order.push(value)
    }
    await Promise.all([
      ...[ask(1, 'a'), ask(2, 'b'), ask(3, 'a'), ask(4), ask(5, 'a'), ask(6, 'a'), ask(7, 'b')],
    ])
    expect(sizes).toEqual([3, 2, 1, 1])
    expect(order).toEqual([1, 3, 5, 2, 7, 4, 6])
  })

  test('are refused beyond the number that may wait, and taken again once some are answered', async () => {
    const turns = new Turns(doubling().session, { waiting: 2 })
    const taken = [turns.ask(question([1])), turns.ask(question([2]))]
    await expect(turns.ask(question([3]))).rejects.toThrow(
      /too many predictions are waiting for this model: expected at most 2 at a time/,
    )
    expect((await Promise.all(taken)).map(answerOf)).toEqual([[2], [4]])
    expect(answerOf(await turns.ask(question([3])))).toEqual([6])
  })

  test('fail by themselves: those after them are answered', async () => {
    const turns = new Turns(doubling().session)
    const spoilt = turns.ask(question([poison]))
    const after = turns.ask(question([1]))
    await expect(spoilt).rejects.toThrow('spoilt')
    expect(answerOf(await after)).toEqual([2])
  })

  test('share a batch with no more than each of them allows', async () => {
    const { session, sizes } = doubling()
    const turns = new Turns(session)
    const asked = [1, 2, 3, 4, 5].map((value) => ({ ...question([value], 'long'), most: 2 }))
    const answers = await Promise.all(asked.map((one) => turns.ask(one)))
    expect(answers.map(answerOf)).toEqual([[2], [4], [6], [8], [10]])
    expect(sizes).toEqual([2, 2, 1])
  })

  test('fail by themselves: those in the same batch are answered', async () => {
    const turns = new Turns(doubling().session)
    const asked = [1, poison, 2].map((value) => turns.ask(question([value], 'alike')))
    const told = await Promise.allSettled(asked)
    expect(
      told.map((one) => (one.status === 'fulfilled' ? answerOf(one.value) : 'spoilt')),
    ).toEqual([[2], 'spoilt', [4]])
  })
})

describe('closing', () => {
  test('lets the batch under way end, refuses what waits and what comes later', async () => {
    const { session, closings } = doubling()
    const turns = new Turns(session)
    const under = turns.ask(question([1]))
    await Promise.resolve()
    await Promise.resolve()
    const waiting = turns.ask(question([2]))
    const refused = expect(waiting).rejects.toThrow('this model is closed')
    const closing = turns.close()
    expect(answerOf(await under)).toEqual([2])
    await refused
    await closing
    expect(closings()).toBe(1)
    await expect(turns.ask(question([3]))).rejects.toThrow('this model is closed')
  })

  test('a second time does nothing', async () => {
    const { session, closings } = doubling()
    const turns = new Turns(session)
    await Promise.all([turns.close(), turns.close()])
    await turns.close()
    expect(closings()).toBe(1)
  })
})
