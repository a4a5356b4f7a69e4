/** A worker of a queue: does what it leases. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { connect, type QueueAddress } from '../queues/redis/connect.js'
import { openSource } from '../queues/redis/source.js'
import { type Performer, workThrough } from '../slots.js'
import { openTrainer } from '../trainer-process.js'
import { receiveCell } from '../travel/cell.js'
import { performByKind } from './by-kind.js'

export interface ServeRequest {
  readonly queue: QueueAddress
  /** How much at once, each in a process of its own. */
  readonly slots: number
  /** For how long this worker may be silent before its work is leased to another, in seconds. */
  readonly leaseSeconds?: number
  /** End once no work waits and none is under way anywhere. */
  readonly untilEmpty?: boolean
  /** Where the relative paths of runs start on this machine; as they say unless given. */
  readonly base?: string
  /** Whether the models' own files of runs may be executed here. */
  readonly allowModelFiles?: boolean
  /** What does work other than runs, by the kind that the work names. */
  readonly others?: ReadonlyMap<string, () => Performer<unknown, unknown, unknown>>
  /** Stops every run between two steps, and gives it back. */
  readonly signal?: AbortSignal
  /** The queue is reached. */
  ready?(): void
  began?(label: string): void
  ended?(label: string, end: ServedEnd): void
}

/** What became of work here; `lost` where another worker had it by then. */
export type ServedEnd =
  | { readonly state: 'complete'; readonly result: unknown }
  | { readonly state: 'given back' | 'lost' }
  | { readonly state: 'failed'; readonly message: string; readonly mistake: boolean }

/**
 * Leases work from a queue and does it, until the signal is given or, with `untilEmpty`, there is
 * none. What is done at least once is kept exactly once (`travel/publish.ts`).
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
    // The run is in its place; the queue need not keep its figures.
    () => null,
  )
}

const labelled = z.looseObject({ label: z.string() })

function labelOf(work: unknown): string {
  return labelled.safeParse(work).data?.label ?? 'work without a name'
}
