/** A worker of a queue: trains the runs that it leases. */
import { randomBytes } from 'node:crypto'
import type { RunResults } from '../learn/records.js'
import type { RunReport } from './messages.js'
import { connect, type QueueAddress } from './queues/redis/connect.js'
import { openSource } from './queues/redis/source.js'
import { workThrough } from './slots.js'
import { openTrainer } from './trainer-process.js'
import { receiveCell } from './travel/cell.js'

export interface ServeRequest {
  readonly queue: QueueAddress
  /** How many runs at once, each in a process of its own. */
  readonly slots: number
  /** For how long this worker may be silent before its runs are leased to another, in seconds. */
  readonly leaseSeconds?: number
  /** End once no run waits and none is under way anywhere. */
  readonly untilEmpty?: boolean
  /** Where the relative paths of runs start on this machine; as they say unless given. */
  readonly base?: string
  /** Whether the models' own files of runs may be executed here. */
  readonly allowModelFiles?: boolean
  /** Stops every run between two steps, and gives it back. */
  readonly signal?: AbortSignal
  /** The queue is reached. */
  ready?(): void
  began?(label: string): void
  ended?(label: string, end: ServedEnd): void
}

/** What became of a run here; `lost` where another worker had it by then. */
export type ServedEnd =
  | { readonly state: 'complete'; readonly results: RunResults }
  | { readonly state: 'given back' | 'lost' }
  | { readonly state: 'failed'; readonly message: string; readonly mistake: boolean }

/**
 * Leases runs from a queue and trains them, until the signal is given or, with `untilEmpty`, there are
 * none. Runs at least once are kept exactly once (`travel/publish.ts`).
 *
 * @throws LimbicError if the queue cannot be reached
 */
export async function serveQueue(request: ServeRequest): Promise<void> {
  const { base, allowModelFiles = false, leaseSeconds, untilEmpty, signal, slots } = request
  const connection = await connect(request.queue)
  const source = await openSource<RunReport, RunResults>(connection, {
    ...(leaseSeconds !== undefined && { leaseSeconds }),
    ...(untilEmpty !== undefined && { untilEmpty }),
  })
  request.ready?.()
  try {
    await workThrough({
      source,
      count: slots,
      signal,
      open: () =>
        openTrainer((work: unknown) => {
          const cell = receiveCell(work)
          request.began?.(cell.label)
          const token = randomBytes(8).toString('hex')
          return { kind: 'leased run', cell, token, base, allowModelFiles }
        }),
      ended: (work, end, kept) => {
        const label = labelOf(work)
        if (!kept) request.ended?.(label, { state: 'lost' })
        else if (end.kind === 'complete') {
          request.ended?.(label, { state: 'complete', results: end.result })
        } else if (end.kind === 'unfinished') request.ended?.(label, { state: 'given back' })
        else {
          const { message, mistake } = end
          request.ended?.(label, { state: 'failed', message, mistake })
        }
      },
    })
  } finally {
    await source.close()
    await connection.close()
  }
}

function labelOf(work: unknown): string {
  try {
    return receiveCell(work).label
  } catch {
    return 'what is no run'
  }
}
