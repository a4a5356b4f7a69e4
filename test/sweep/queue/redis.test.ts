/** The queue on a real server, as its two sides see it. */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { QueueEvent } from '../../../src/sweep/queue.js'
import { connect, readAddress } from '../../../src/sweep/queues/redis/connect.js'
import { openSink } from '../../../src/sweep/queues/redis/sink.js'
import { openSource } from '../../../src/sweep/queues/redis/source.js'
import { queueServer } from '../../support/servers/queue.js'
import { freePort, hasRedis, needsRedis } from '../../support/servers/redis.js'

describe('the address of a queue', () => {
  test('names server and queue, and is shown without its password', () => {
    const address = readAddress('rediss://me:secret@host:6380/2?queue=night')
    expect(address).toEqual({
      url: 'rediss://me:secret@host:6380/2',
      name: 'night',
      shown: 'rediss://host:6380/2, queue night',
    })
  })

  test('is refused where it is none, without telling a password', () => {
    for (const text of [
      ...['', 'redis', 'https://me:secret@host', 'redis://h?queue=a/b', 'redis://:secret%zz@h'],
      ...['redis://:secret@h/cells', 'redis://:secret@h?queues=a'],
    ]) {
      expect(() => readAddress(text)).toThrow('--queue')
      expect(() => readAddress(text)).not.toThrow('secret')
    }
  })
})

test('a queue without a server is refused in one line', async () => {
  const address = readAddress(`redis://:secret@127.0.0.1:${await freePort()}`)
  await expect(connect(address)).rejects.toThrow(/the queue cannot be reached: .*ECONNREFUSED/)
})

const suite = hasRedis ? 'a queue on a server' : `a queue on a server (${needsRedis})`
describe.skipIf(!hasRedis)(suite, () => {
  const { link, open, server } = queueServer()

  async function worker(name: string, leaseSeconds = 30) {
    const source = await openSource(await link(name), {
      leaseSeconds,
      untilEmpty: true,
      reportEvery: 0,
    })
    open.push(source)
    const lease = async () => {
      const taken = await source.lease()
      if (!taken) throw new Error('there was to be work')
      return taken
    }
    return { source, lease }
  }
  /** Hands out work and collects what is told of it. */
  async function handOut(name: string, ...ids: string[]) {
    const sink = await openSink<string>(await link(name))
    open.push(sink)
    const events: QueueEvent<unknown, unknown>[] = []
    sink.follow((event) => events.push(event))
    await sink.submit(ids.map((id) => ({ id, work: `work of ${id}` })))
    const ends = async (count: number) => {
      const ended = () => events.filter(({ kind }) => kind !== 'progress')
      while (ended().length < count) await delay(20)
      return ended()
    }
    return { sink, events, ends }
  }

  test('is refused with a database that the server does not have', async () => {
    await expect(connect(readAddress(`${server().url}/99`))).rejects.toThrow(
      /the queue cannot be reached: got .*index is out of range/,
    )
  })

  test('leases each piece once, and tells its progress and its end', async () => {
    const { events, ends } = await handOut('usual', 'a', 'b')
    const [one, two] = [await worker('usual'), await worker('usual')]
    const [first, second] = await Promise.all([one.lease(), two.lease()])
    expect([first.work, second.work].sort()).toEqual(['work of a', 'work of b'])
    first.progress({ kind: 'stepped', step: 1 })
    expect(await first.heartbeat()).toBe('held')
    expect(await first.complete(7)).toBe(true)
    expect(await second.complete(8)).toBe(true)
    const both = await ends(2)
    expect(both.map(({ kind }) => kind)).toEqual(['complete', 'complete'])
    expect(events[0]).toEqual({
      id: first.id,
      kind: 'progress',
      report: { kind: 'stepped', step: 1 },
    })
    expect(await one.source.lease()).toBeUndefined()
  })

  test('tries what fails three times, shows why, and tries it again where it is handed out again', async () => {
    const { ends } = await handOut('failing', 'bad', 'good')
    const { source } = await worker('failing')
    let tries = 0
    for (let lease = await source.lease(); lease; lease = await source.lease()) {
      if (lease.id === 'good') await lease.complete(1)
      else {
        tries++
        await lease.fail({ message: 'no such file', mistake: true })
      }
    }
    expect(tries).toBe(3)
    const ended = await ends(2)
    expect(ended.find(({ id }) => id === 'bad')).toEqual({
      id: 'bad',
      kind: 'failed',
      message: `on ${hostname()}: no such file`,
      mistake: true,
    })
    const again = await handOut('failing', 'bad')
    const lease = await source.lease()
    await lease?.complete(2)
    expect(await again.ends(1)).toEqual([{ id: 'bad', kind: 'complete', result: 2 }])
  })

  test('gives what a silent worker had to another, and takes nothing more from it', async () => {
    const { ends } = await handOut('silent', 'a')
    const silent = await worker('silent', 1)
    const lost = await silent.lease()
    const taken = await (await worker('silent', 1)).lease()
    expect(taken.id).toBe('a')
    expect(await lost.heartbeat()).toBe('lost')
    expect(await lost.complete(1)).toBe(false)
    await lost.fail({ message: 'late', mistake: false })
    expect(await taken.complete(2)).toBe(true)
    expect(await ends(1)).toEqual([{ id: 'a', kind: 'complete', result: 2 }])
  })

  test('takes back what waits at once, and what is under way at its heartbeat', async () => {
    const { sink, ends } = await handOut('taken', 'a', 'b', 'c')
    const { source, lease } = await worker('taken')
    const running = await lease()
    await sink.cancel(['a', 'b', 'c'])
    expect((await ends(3)).map(({ kind }) => kind)).toEqual(Array(3).fill('cancelled'))
    expect(await running.heartbeat()).toBe('cancelled')
    await running.giveBack()
    expect(await source.lease()).toBeUndefined()
    // Handed out again, it is as new.
    const again = await handOut('taken', 'a')
    const anew = await lease()
    expect(await anew.heartbeat()).toBe('held')
    await anew.complete(3)
    expect(await again.ends(1)).toEqual([{ id: 'a', kind: 'complete', result: 3 }])
  })

  test('keeps what is handed out by several, once, and gives back what a worker leaves', async () => {
    const one = await handOut('several', 'a')
    const other = await handOut('several', 'a')
    const { source, lease } = await worker('several')
    await (await lease()).giveBack()
    await (await lease()).complete(4)
    expect(await source.lease()).toBeUndefined()
    const end = [{ id: 'a', kind: 'complete', result: 4 }]
    expect([await one.ends(1), await other.ends(1)]).toEqual([end, end])
  })

  test('ends the wait of a worker that is told to stop', async () => {
    const source = await openSource(await link('idle'))
    open.push(source)
    const control = new AbortController()
    const waiting = source.lease(control.signal)
    control.abort()
    expect(await waiting).toBeUndefined()
  })
})
