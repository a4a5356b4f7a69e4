/** The producer's side of a queue on a server. */
import type { BulkJobOptions, QueueEvents } from 'bullmq'
import type { Queued, QueueEvent, WorkSink } from '../../queue.js'
import { bulk, cancelJobs, remembered, withdrawnOf } from './cancel.js'
import { type Connection, prefix } from './connect.js'
import { readFailure, takenBack, tries } from './failure.js'
import { briefly, whileAnswering } from './silence.js'

/** Milliseconds between polls of jobs, in case an event was lost. */
const lookEvery = 2000
/** The number of jobs per poll. */
const lookAt = 200
/** The lowest priority in use; higher urgency is a lower number. */
const leastUrgent = 1000

/**
 * Submits jobs to a server. A producer may die and submit the same jobs again: ids identify them,
 * so waiting, active and completed jobs are followed, and failed ones are retried.
 *
 * The server's events report what happens. Some may be lost, for example while the server is down,
 * so all jobs are polled in turn as well. Reports and results are any JSON; the consumer validates
 * them.
 */
export async function openSink<Work>(
  connection: Connection,
): Promise<WorkSink<Work, unknown, unknown>> {
  const { QueueEvents: BullEvents } = await import('bullmq')
  const { redis, queue, cancelled, withdrawn } = connection
  const open = new Map<string, Omit<Queued<Work>, 'id'>>()
  /** Cancelled here: gone from the server, or about to be. */
  const taken = new Set<string>()
  let heard: (event: QueueEvent<unknown, unknown>) => void = () => {}
  const end = (event: QueueEvent<unknown, unknown>) => {
    if (open.delete(event.id)) heard(event)
  }
  const failed = (id: string, reason: string) => {
    if (taken.has(id)) return
    if (reason === takenBack) restore([id]).catch(() => {})
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
  events.on('removed', ({ jobId }) => {
    if (!open.has(jobId) || taken.has(jobId)) return
    endWithdrawn([jobId]).catch(() => {})
  })
  await events.waitUntilReady()

  /** @returns the jobs that nobody has cancelled for all */
  async function endWithdrawn(ids: readonly string[]): Promise<readonly string[]> {
    const gone = await withdrawnOf(connection, ids)
    for (const id of gone) end({ id, kind: 'cancelled' })
    return ids.filter((id) => !gone.has(id))
  }

  /**
   * Submits jobs again that the server lost, or that another producer cancelled while this one
   * still wants them.
   */
  async function restore(ids: readonly string[]): Promise<void> {
    await add(await endWithdrawn(ids))
  }

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
        name: open.get(id)?.group ?? 'work',
        data: open.get(id)?.work,
        opts: {
          jobId: id,
          // The server takes low numbers first, and counts jobs without one as the most urgent.
          priority: leastUrgent - Math.min(leastUrgent - 1, open.get(id)?.urgency ?? 0),
          attempts: tries,
          removeOnComplete: { age: remembered },
          removeOnFail: { age: remembered },
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
    // The server restarted without its data.
    const lost = gone.filter((id) => open.has(id))
    if (lost.length > 0) await restore(lost)
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
      for (const { id, ...piece } of work) {
        open.set(id, piece)
        taken.delete(id)
      }
      const ids = work.map(({ id }) => id)
      const submitted = (async () => {
        for (let from = 0; from < ids.length; from += bulk) {
          const some = ids.slice(from, from + bulk)
          await redis.srem(withdrawn, ...some)
          await add(some)
        }
      })()
      submitting = Promise.allSettled([submitting, submitted])
      return submitted
    },
    cancel(ids) {
      return whileAnswering(connection, cancel(ids))
    },
    async close() {
      clearInterval(timer)
      await briefly(events.close())
    },
  }

  async function cancel(ids: readonly string[]): Promise<void> {
    const asked = ids.filter((id) => open.has(id))
    for (const id of asked) taken.add(id)
    // Jobs still being submitted are cancelled once they are on the server.
    await submitting.catch(() => {})
    for (let from = 0; from < asked.length; from += bulk) {
      const some = asked.slice(from, from + bulk)
      await cancelJobs(connection, some)
      // Reported only once the server knows, because the listener may close the connection.
      for (const id of some) end({ id, kind: 'cancelled' })
    }
  }
}
