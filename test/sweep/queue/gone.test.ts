/** A server that is gone while both sides of its queue are told to stop. */
import { expect, test } from 'vitest'
import { connect, readAddress } from '../../../src/sweep/queues/redis/connect.js'
import { openSink } from '../../../src/sweep/queues/redis/sink.js'
import { openSource } from '../../../src/sweep/queues/redis/source.js'
import { temporaryFolder } from '../../support/folders.js'
import { hasRedis, needsRedis, startRedis } from '../../support/servers/redis.js'

const folder = temporaryFolder()

test.skipIf(!hasRedis)(
  `nobody who is to stop waits for a server that is gone${hasRedis ? '' : ` (${needsRedis})`}`,
  async () => {
    const server = await startRedis(folder)
    const address = readAddress(server.url)
    const [one, other] = [await connect(address), await connect(address)]
    const sink = await openSink<string>(one)
    const source = await openSource(other)
    await sink.submit([
      { id: 'held', work: 'a' },
      { id: 'waiting', work: 'b' },
    ])
    const stop = new AbortController()
    const lease = await source.lease(stop.signal)
    const second = await source.lease(stop.signal)
    await server.stop()
    const completing = lease?.complete(null)
    stop.abort()
    const [cancelled, , idle, kept] = await Promise.allSettled([
      sink.cancel(['held', 'waiting']),
      second?.giveBack(),
      source.lease(stop.signal),
      completing,
    ])
    expect(cancelled).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/queue cells: the queue does not answer/) },
    })
    expect([idle, kept]).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'fulfilled', value: false },
    ])
    await Promise.all([sink.close(), source.close()])
    await Promise.all([one.close(), other.close()])
  },
)
