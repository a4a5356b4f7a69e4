/** Runs the jobs of a queue, several at once. */
import type { Failure, Lease, WorkSource } from './queue.js'

/** How a job ended, or that it did not. */
export type WorkEnd<Result> =
  | { readonly kind: 'complete'; readonly result: Result }
  /** Stopped, or another process is working on it: the job is returned to the queue. */
  | { readonly kind: 'unfinished' }
  | ({ readonly kind: 'failed' } & Failure)

/** Runs one job after another. */
export interface Performer<Work, Report, Result> {
  /** Never rejects: a failure is an outcome. */
  perform(work: Work, report: (report: Report) => void): Promise<WorkEnd<Result>>
  /** Stops the current job at the next point from which it can be resumed. */
  stop(): void
  /** Kills it at once. */
  kill(): void
  /** Whether it can take no more jobs. */
  readonly spent: boolean
  /** Releases its resources. */
  close(): Promise<void>
}

export interface SlotRequest<Work, Report, Result> {
  readonly source: WorkSource<Work, Report, Result>
  /** The number of jobs at once. */
  readonly count: number
  /** Opens the performer of a slot, again if the previous one is spent. */
  open(): Performer<Work, Report, Result>
  /** Stops all jobs, and returns them to the queue. */
  readonly signal?: AbortSignal | undefined
  began?(work: Work): void
  /** Called with the outcome of each job; `kept` is false if the lease was lost before. */
  ended?(work: Work, end: WorkEnd<Result>, kept: boolean): void
}

/**
 * Leases jobs until there are none. A job that fails, or whose process is lost, does not stop the
 * others.
 */
export async function workThrough<Work, Report, Result>(
  request: SlotRequest<Work, Report, Result>,
): Promise<void> {
  const { signal, count } = request
  const performers = new Set<Performer<Work, Report, Result>>()
  const stop = () => {
    for (const performer of performers) performer.stop()
  }
  const killAll = () => {
    for (const performer of performers) performer.kill()
  }
  signal?.addEventListener('abort', stop)
  // If this process exits, its performers must not outlive it.
  process.once('exit', killAll)
  try {
    await Promise.all(Array.from({ length: count }, () => fillSlot(request, performers)))
  } finally {
    process.off('exit', killAll)
    signal?.removeEventListener('abort', stop)
  }
}

async function fillSlot<Work, Report, Result>(
  { source, open, signal, began, ended }: SlotRequest<Work, Report, Result>,
  performers: Set<Performer<Work, Report, Result>>,
): Promise<void> {
  let performer: Performer<Work, Report, Result> | undefined
  const letGo = async () => {
    await performer?.close()
    if (performer) performers.delete(performer)
    performer = undefined
  }
  for (;;) {
    const lease = await source.lease(signal)
    if (!lease) break
    if (performer?.spent) await letGo()
    performer ??= open()
    performers.add(performer)
    began?.(lease.work)
    const end = await perform(performer, lease, source.heartbeat)
    const kept = await settle(lease, end)
    ended?.(lease.work, end, kept)
  }
  await letGo()
}

async function perform<Work, Report, Result>(
  performer: Performer<Work, Report, Result>,
  lease: Lease<Work, Report, Result>,
  interval: number | undefined,
): Promise<WorkEnd<Result>> {
  const beat = async () => {
    if ((await lease.heartbeat()) !== 'held') performer.stop()
  }
  const timer = interval === undefined ? undefined : setInterval(() => void beat(), interval)
  try {
    return await performer.perform(lease.work, (report) => lease.progress(report))
  } finally {
    clearInterval(timer)
  }
}

async function settle<Work, Report, Result>(
  lease: Lease<Work, Report, Result>,
  end: WorkEnd<Result>,
): Promise<boolean> {
  switch (end.kind) {
    case 'complete':
      return lease.complete(end.result)
    case 'failed':
      await lease.fail(end)
      return true
    case 'unfinished':
      await lease.giveBack()
      return true
  }
}
