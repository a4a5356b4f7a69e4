/** The side of a queue on a server of whoever hands out work. */
import type { BulkJobOptions, QueueEvents } from 'bullmq'
import type { Queued, QueueEvent, WorkSink } from '../../queue.js'
import { type Connection, prefix } from './connect.js'
import { readFailure, takenBack, tries } from './failure.js'

/** How much work goes to the server at once. */
const bulk = 500
/** How often some of the work is looked at of which no event came, in milliseconds. */
const lookEvery = 2000
/** How much of it. */
const lookAt = 200
/** How long ended work is remembered, in seconds. */
const remembered = { age: 24 * 3600 }

/**
 * Hands out work over a server. Whoever submits may die and submit the same again: work has a name,
 * so that what waits, is under way or is done is followed, and what failed is tried again.
 *
 * Events of the server say what happens. As some may be lost, with the server or before it was
 * listened to, all work is looked at in turn as well. Reports and results are what JSON holds: whoever
 * follows validates them.
 */
export async function openSink<Work>(
  connection: Connection,
): Promise<WorkSink<Work, unknown, unknown>> {
  const { QueueEvents: BullEvents } = await import('bullmq')
  const { redis, queue, cancelled } = connection
  const open = new Map<string, Work>()
  /** Being taken back: gone from the server, or about to be. */
  const taken = new Set<string>()
  let heard: (event: QueueEvent<unknown, unknown>) => void = () => {}
  const end = (event: QueueEvent<unknown, unknown>) => {
    if (open.delete(event.id)) heard(event)
  }
  const failed = (id: string, reason: string) => {
    if (taken.has(id)) return
    // Whoever took it back may have been another than this one, who wants it.
    if (reason === takenBack) add([id]).catch(() => {})
    else end({ id, kind: 'failed', ...readFailure(reason) })
  }

  const events: QueueEvents = new BullEvents(connection.address.name, {
    connection: redis.duplicate(),
    prefix,
  })
  events.on('error', () => {})
  events.on('completed', ({ jobId, returnvalue }) =>
    end({ id: jobId, kind: 'complete', result: returnvalue }),
  )
  events.on('failed', ({ jobId, failedReason }) => {
    if (open.has(jobId)) failed(jobId, failedReason)
  })
  events.on('progress', ({ jobId, data }) => {
    if (open.has(jobId)) heard({ id: jobId, kind: 'progress', report: data })
  })
  await events.waitUntilReady()

  async function add(asked: readonly string[]): Promise<void> {
    const ids = asked.filter((id) => open.has(id) && !taken.has(id))
    const ended = ['completed', 'failed']
    await Promise.all(
      ids.map(async (id) => {
        if (ended.includes(await queue.getJobState(id))) await queue.remove(id)
      }),
    )
    if (ids.length > 0) await redis.srem(cancelled, ...ids)
    await queue.addBulk(
      ids.map((id) => ({
        name: 'work',
        data: open.get(id),
        opts: {
          jobId: id,
          attempts: tries,
          removeOnComplete: remembered,
          removeOnFail: remembered,
        } satisfies BulkJobOptions,
      })),
    )
  }

  async function look(ids: readonly string[]): Promise<void> {
    const gone: string[] = []
    await Promise.all(
      ids.map(async (id) => {
        const state = await queue.getJobState(id)
        if (state === 'unknown') gone.push(id)
        if (state !== 'completed' && state !== 'failed') return
        const job = await queue.getJob(id)
        if (!job || !open.has(id)) return
        if (state === 'failed') failed(id, job.failedReason)
        else end({ id, kind: 'complete', result: job.returnvalue })
      }),
    )
    // A server that was started anew without its memory.
    const lost = gone.filter((id) => open.has(id))
    if (lost.length > 0) await add(lost)
  }

  let submitting: Promise<unknown> = Promise.resolve()
  let place = 0
  let looking = false
  const timer = setInterval(() => {
    if (looking || open.size === 0) return
    looking = true
    const ids = [...open.keys()]
    if (place >= ids.length) place = 0
    const some = ids.slice(place, place + lookAt)
    place += lookAt
    look(some)
      .catch(() => {})
      .finally(() => {
        looking = false
      })
  }, lookEvery)

  return {
    follow(listener) {
      heard = listener
    },
    submit(work: readonly Queued<Work>[]) {
      for (const { id, work: piece } of work) {
        open.set(id, piece)
        taken.delete(id)
      }
      const ids = work.map(({ id }) => id)
      const submitted = (async () => {
        for (let from = 0; from < ids.length; from += bulk) await add(ids.slice(from, from + bulk))
      })()
      submitting = Promise.allSettled([submitting, submitted])
      return submitted
    },
    async cancel(ids) {
      const asked = ids.filter((id) => open.has(id))
      for (const id of asked) taken.add(id)
      // What is on its way to the server is taken back from there.
      await submitting.catch(() => {})
      for (let from = 0; from < asked.length; from += bulk) {
        const some = asked.slice(from, from + bulk)
        await redis.sadd(cancelled, ...some)
        await Promise.all(
          some.map(async (id) => {
            // What a worker has cannot be removed.
            if (await queue.remove(id).catch(() => 0)) await redis.srem(cancelled, id)
          }),
        )
        // Told once the server knows it: whoever hears of it may let the connection go.
        for (const id of some) end({ id, kind: 'cancelled' })
      }
    },
    async close() {
      clearInterval(timer)
      await events.close().catch(() => {})
    },
  }
}
