/** The queue on a real server, as observers see it, and what they cancel. */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { QueueEvent } from '../../../src/sweep/queue.js'
import { openSink } from '../../../src/sweep/queues/redis/sink.js'
import { openSource } from '../../../src/sweep/queues/redis/source.js'
import { openView } from '../../../src/sweep/queues/redis/view.js'
import { QueueBoard } from '../../../src/sweep/view/board.js'
import { queueServer } from '../../support/servers/queue.js'
import { hasRedis, needsRedis } from '../../support/servers/redis.js'

const suite = hasRedis ? 'what is in a queue' : `what is in a queue (${needsRedis})`
describe.skipIf(!hasRedis)(suite, () => {
  const { addressOf, link, open } = queueServer()

  async function submit(name: string, group: string, ...ids: string[]) {
    const sink = await openSink<unknown>(await link(name))
    open.push(sink)
    const events: QueueEvent<unknown, unknown>[] = []
    sink.follow((event) => events.push(event))
    const again = () =>
      sink.submit(ids.map((id) => ({ id, group, work: { label: `run ${id}`, kind: 'run' } })))
    await again()
    const ends = async (count: number) => {
      const ended = () => events.filter(({ kind }) => kind !== 'progress')
      while (ended().length < count) await delay(20)
      return ended().map(({ id, kind }) => [id, kind])
    }
    return { ends, again }
  }
  async function workerOf(name: string) {
    const source = await openSource(await link(name), { untilEmpty: true, reportEvery: 0 })
    open.push(source)
    return source
  }
  async function boardOf(name: string): Promise<QueueBoard> {
    const board = new QueueBoard(await openView(addressOf(name)))
    open.push(board)
    return board
  }

  const share = { from: 0.5, to: 1 }
  const of = {
    ...{ parameters: 5, batches: 4, epochs: 10, resumedFrom: 0, refit: false, share },
    ...{ stage: 'head', turn: { number: 2, count: 2 } },
  }

  test('is told by sweeps: where each cell is, since when, with whom', async () => {
    await submit('told', '/runs/table', 'bad', 'good')
    const source = await workerOf('told')
    for (let lease = await source.lease(); lease; lease = await source.lease()) {
      if (lease.id === 'good') await lease.complete(null)
      else await lease.fail({ message: 'no such\nfile', mistake: true })
    }
    await submit('told', '/runs/other', 'e\u0007')
    await submit('told', '/runs/table', 'held', 'next')
    const [, held] = [await source.lease(), await source.lease()]
    const at = { epoch: 3, batch: 2, batches: 4, loss: 1, samples: 8 }
    held?.progress({ kind: 'stepped', at, of })
    const board = await boardOf('told')
    await expect.poll(async () => (await board.look()).sweeps[1]?.cells[0]?.progress).toBeDefined()
    const { sweeps, unread } = await board.look()
    expect(unread).toBe(0)
    const [other, table] = sweeps
    expect(table).toMatchObject({
      ...{ name: '/runs/table', more: 0 },
      counts: { waiting: 1, running: 1, complete: 1, failed: 1 },
    })
    const cells = table?.cells ?? []
    expect(cells.map(({ state }) => state)).toEqual(['running', 'failed', 'waiting', 'complete'])
    expect(cells[0]).toMatchObject({
      ...{ id: 'held', label: 'run held', worker: expect.stringMatching(/:\d+$/) },
      progress: { state: 'stage 2/2 head, epoch 3/10' },
    })
    // Half of it was done before this stage, of which it has done 2.5 of 10 epochs.
    expect(cells[0]?.progress?.done).toBeCloseTo(0.5 + 0.5 * 0.25)
    expect(cells[1]?.problem).toBe(`on ${hostname()}: no such file`)
    expect(cells.every(({ since = 0 }) => Math.abs(Date.now() - since) < 60_000)).toBe(true)
    expect(cells[2]).not.toHaveProperty('worker')
    expect(other?.cells.map(({ label }) => label)).toEqual(['run e\\u0007'])
  })

  test('is cancelled for all who follow it, until somebody submits it again', async () => {
    const one = await submit('cancelled', '/runs/one', 'a', 'b', 'c')
    const same = await submit('cancelled', '/runs/one', 'a', 'b', 'c')
    const other = await submit('cancelled', '/runs/two', 'x')
    const source = await workerOf('cancelled')
    const held = await source.lease()
    const board = await boardOf('cancelled')
    expect(await board.cancel('/runs/none')).toBe(0)
    expect(await board.cancel('/runs/one')).toBe(3)
    // Waiting ones are gone at once, the running one when its worker has given it back.
    const waiting = ['a', 'b', 'c'].filter((id) => id !== held?.id)
    expect((await one.ends(2)).sort()).toEqual(waiting.map((id) => [id, 'cancelled']))
    expect(await held?.heartbeat()).toBe('cancelled')
    await held?.giveBack()
    const all = ['a', 'b', 'c'].map((id) => [id, 'cancelled'])
    expect([(await one.ends(3)).sort(), (await same.ends(3)).sort()]).toEqual([all, all])
    const { sweeps } = await board.look()
    expect(sweeps.map(({ name, cells }) => [name, cells.map(({ state }) => state)])).toEqual([
      ['/runs/two', ['waiting']],
      ['/runs/one', ['cancelled']],
    ])
    // Longer than followers take to look for jobs that the server has lost.
    await delay(2500)
    expect((await board.look()).sweeps[1]?.counts).toMatchObject({ waiting: 0, running: 0 })
    await one.again()
    const leases = [await source.lease(), await source.lease()]
    for (const lease of leases) expect(await lease?.heartbeat()).toBe('held')
    for (const lease of leases) await lease?.complete(null)
    for (let rest = await source.lease(); rest; rest = await source.lease()) await rest.complete(1)
    expect((await one.ends(6)).slice(3).sort()).toEqual(
      ['a', 'b', 'c'].map((id) => [id, 'complete']),
    )
    expect(await other.ends(1)).toEqual([['x', 'complete']])
  })
})
