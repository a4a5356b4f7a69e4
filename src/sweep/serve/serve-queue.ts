/** Serves a queue: leases jobs and runs them. */
import { randomBytes } from 'node:crypto'
import { connect, type QueueAddress } from '../queues/redis/connect.js'
import { openSource } from '../queues/redis/source.js'
import { type Performer, workThrough } from '../slots.js'
import { openTrainer } from '../trainer-process.js'
import { receiveCell } from '../travel/cell.js'
import { performByKind } from './by-kind.js'
import { labelOf } from './label.js'

export interface ServeRequest {
  readonly queue: QueueAddress
  /** The number of jobs at once, each in its own process. */
  readonly slots: number
  /** Seconds without a heartbeat after which a job is leased to another worker. */
  readonly leaseSeconds?: number
  /** End once no job is waiting or active on any machine. */
  readonly untilEmpty?: boolean
  /**
   * The folder that runs' relative paths start from on this machine; by default, each run's own
   * base.
   */
  readonly base?: string
  /** Whether models' own files may be executed. */
  readonly allowModelFiles?: boolean
  /** Opens performers for jobs other than runs, by kind. */
  readonly others?: ReadonlyMap<string, () => Performer<unknown, unknown, unknown>>
  /** Stops every run between two steps, and returns it to the queue. */
  readonly signal?: AbortSignal
  /** Called once connected. */
  ready?(): void
  began?(label: string): void
  ended?(label: string, end: ServedEnd): void
}

/** The outcome of a job; `lost` if another worker had taken it over. */
export type ServedEnd =
  | { readonly state: 'complete'; readonly result: unknown }
  | { readonly state: 'given back' | 'lost' }
  | { readonly state: 'failed'; readonly message: string; readonly mistake: boolean }

/**
 * Leases jobs and runs them until the signal is aborted or, with `untilEmpty`, none are left. A job
 * may run more than once, but its result is kept exactly once (`travel/publish.ts`).
 *
 * @throws LimbicError if the queue cannot be reached
 */
export async function serveQueue(request: ServeRequest): Promise<void> {
  const { leaseSeconds, untilEmpty, signal, slots } = request
  const connection = await connect(request.queue)
  const source = await openSource(connection, {
    ...(leaseSeconds !== undefined && { leaseSeconds }),
    ...(untilEmpty !== undefined && { untilEmpty }),
  })
  request.ready?.()
  const kinds = new Map([...(request.others ?? []), ['run', () => trainerOf(request)] as const])
  try {
    await workThrough({
      source,
      count: slots,
      signal,
      open: () => performByKind(kinds),
      began: (work) => request.began?.(labelOf(work)),
      ended: (work, end, kept) => {
        const told: ServedEnd = !kept
          ? { state: 'lost' }
          : end.kind === 'complete'
            ? { state: 'complete', result: end.result }
            : end.kind === 'unfinished'
              ? { state: 'given back' }
              : { state: 'failed', message: end.message, mistake: end.mistake }
        request.ended?.(labelOf(work), told)
      },
    })
  } finally {
    await source.close()
    await connection.close()
  }
}

function trainerOf({
  base,
  allowModelFiles = false,
}: ServeRequest): Performer<unknown, unknown, unknown> {
  return openTrainer(
    (work: unknown) => {
      const token = randomBytes(8).toString('hex')
      return { kind: 'leased run', cell: receiveCell(work), token, base, allowModelFiles }
    },
    // The run is on disk; the queue need not store its results.
    () => null,
  )
}
