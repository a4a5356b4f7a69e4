/** The worker's side of a queue on a server. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Job, Worker } from 'bullmq'
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import type { Lease, LeaseState, WorkSource } from '../../queue.js'
import { type Connection, prefix } from './connect.js'
import { mostLosses, takenBack, writeFailure } from './failure.js'
import { briefly, whileAnswering } from './silence.js'

export interface SourceOptions {
  /** Seconds without a heartbeat after which a job is leased to another worker. */
  readonly leaseSeconds?: number
  /** End once no job is waiting or active. */
  readonly untilEmpty?: boolean
  /** Milliseconds between two reports of the same kind about one job. */
  readonly reportEvery?: number
}

const kinded = z.looseObject({ kind: z.string() })

/** Seconds to wait for a job before checking whether the queue is empty. */
const look = 1
/** Milliseconds before retrying a run that a process outside the queue is training. */
const patience = 5000

/**
 * Leases jobs from a server. Jobs, reports and results are any JSON; the consumer validates them.
 */
export async function openSource(
  connection: Connection,
  { leaseSeconds = 30, untilEmpty = false, reportEvery = 1000 }: SourceOptions = {},
): Promise<WorkSource<unknown, unknown, unknown>> {
  const { Worker: BullWorker, UnrecoverableError } = await import('bullmq')
  const { redis, queue, cancelled } = connection
  const duration = leaseSeconds * 1000
  const worker: Worker = new BullWorker(connection.address.name, null, {
    ...{ connection: redis, prefix, autorun: false, drainDelay: look },
    name: `${hostname()}:${process.pid}`,
    ...{ lockDuration: duration, stalledInterval: duration / 2, maxStalledCount: mostLosses },
  })
  worker.on('error', () => {})
  await worker.startStalledCheckTimer()

  function leaseOf(
    job: Job,
    token: string,
    signal: AbortSignal | undefined,
  ): Lease<unknown, unknown, unknown> {
    const id = job.id ?? ''
    let state: LeaseState = 'held'
    let told = { kind: '', at: 0 }
    const unlessLost = async (act: () => Promise<unknown>): Promise<boolean> => {
      if (state === 'lost') return false
      try {
        const acting = act()
        await unlessAborted(acting, signal)
        // A worker that is to stop leaves its job to others rather than wait for a server that is gone.
        if (signal?.aborted) await whileAnswering(connection, acting)
        return true
      } catch (error) {
        if (isLost(error) || error instanceof LimbicError) return false
        throw error
      }
    }
    const goBack = async () => {
      if (state === 'held' && (await redis.sismember(cancelled, id))) state = 'cancelled'
      if (state !== 'cancelled') {
        await (told.kind === 'waiting'
          ? job.moveToDelayed(Date.now() + patience, token)
          : job.moveToWait(token))
        return
      }
      await unlessLost(() => job.moveToFailed(new UnrecoverableError(takenBack), token, false))
      await redis.srem(cancelled, id)
    }
    return {
      id,
      work: job.data,
      async heartbeat() {
        if (state !== 'held') return state
        // Rejects, or returns 0, if another worker holds the lease by now.
        const renewed = await job.extendLock(token, duration).catch(() => 0)
        if (!renewed) state = 'lost'
        else if (await redis.sismember(cancelled, id).catch(() => 0)) state = 'cancelled'
        return state
      },
      progress(report) {
        const now = performance.now()
        if (state !== 'held') return
        const kind = kinded.safeParse(report).data?.kind ?? ''
        if (kind === told.kind && now - told.at < reportEvery) return
        told = { kind, at: now }
        // A skipped report is superseded by the next one, or by the end.
        if (typeof report === 'object' && report) job.updateProgress(report).catch(() => {})
      },
      complete: (result) => unlessLost(() => job.moveToCompleted(result ?? null, token, false)),
      async fail({ message, mistake }) {
        // Who reads it is on another machine.
        const told = writeFailure({ message: `on ${hostname()}: ${message}`, mistake })
        await unlessLost(() => job.moveToFailed(new Error(told), token, false))
      },
      async giveBack() {
        await unlessLost(goBack)
      },
    }
  }

  async function isEmpty(): Promise<boolean> {
    const counts = await queue.getJobCounts('wait', 'prioritized', 'delayed', 'active')
    return Object.values(counts).every((count) => count === 0)
  }

  async function next(signal?: AbortSignal): Promise<Lease<unknown, unknown, unknown> | undefined> {
    while (!signal?.aborted) {
      const token = randomBytes(8).toString('hex')
      const coming = worker.getNextJob(token)
      try {
        const job = await unlessAborted(coming, signal)
        if (job) return leaseOf(job, token, signal)
        if (signal?.aborted) {
          // A job may still arrive; nobody waits for it, so it goes back.
          coming.then((late) => late?.moveToWait(token)).catch(() => {})
          return undefined
        }
        if (untilEmpty && (await isEmpty())) return undefined
      } catch {
        // The server is down; try again until it is back.
        await delay(1000)
      }
    }
    return undefined
  }

  // One request at a time: they would block each other on the same connection.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    heartbeat: duration / 3,
    lease(signal) {
      const mine = turn.then(() => next(signal))
      turn = mine.catch(() => {})
      return mine
    },
    async close() {
      await briefly(worker.close(true))
    },
  }
}

async function unlessAborted<Value>(
  coming: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (!signal) return coming
  if (signal.aborted) return undefined
  let stop = () => {}
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([coming, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Whether BullMQ reports that the job is gone, in another state or locked by another worker. */
function isLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    /missing (key|lock)|lock mismatch|is not in the|not in active/i.test(error.message)
  )
}
