/** Works through a queue, so many pieces at once. */
import type { Failure, Lease, WorkSource } from './queue.js'

/** How a piece of work ended, if it did. */
export type WorkEnd<Result> =
  | { readonly kind: 'complete'; readonly result: Result }
  /** Told to stop, or somebody else does it: to be given back. */
  | { readonly kind: 'unfinished' }
  | ({ readonly kind: 'failed' } & Failure)

/** Does one piece of work after another. */
export interface Performer<Work, Report, Result> {
  /** Never rejects: whatever goes wrong is the end. */
  perform(work: Work, report: (report: Report) => void): Promise<WorkEnd<Result>>
  /** Stops what it does as soon as that can go on later. */
  stop(): void
  /** Ends it at once. */
  kill(): void
  /** Whether it can be given no more work. */
  readonly spent: boolean
  /** Lets it go. */
  close(): Promise<void>
}

export interface SlotRequest<Work, Report, Result> {
  readonly source: WorkSource<Work, Report, Result>
  /** How many at once. */
  readonly count: number
  /** Opens who does the work of one slot; opened anew when it is spent. */
  open(): Performer<Work, Report, Result>
  /** Stops whatever is under way, and gives it back. */
  readonly signal?: AbortSignal | undefined
  began?(work: Work): void
  /** What became of a piece of work here; `kept` where the queue still took it from this worker. */
  ended?(work: Work, end: WorkEnd<Result>, kept: boolean): void
}

/** Leases work until there is none. One that fails, or whose process is lost, does not stop the others. */
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
  // Whoever ends this process at once means all of it.
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
