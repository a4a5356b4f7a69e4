/** Works through a queue in processes of its own, so many at once. */
import type { RunConfig } from '../learn/config.js'
import type { RunResults } from '../learn/records.js'
import type { RunReport, WorkerEnd } from './messages.js'
import { WorkerProcess } from './process.js'
import type { Lease, WorkSource } from './queue.js'

/** What a worker process is to train. */
export interface Training {
  readonly folder: string
  readonly config: RunConfig
}

export interface SlotRequest<Work> {
  readonly source: WorkSource<Work, RunReport, RunResults>
  /** How many processes at once. */
  readonly count: number
  /** What a piece of work means on this machine. */
  trainingOf(work: Work): Training
  /** Stops every run between two steps, and gives it back. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Leases work until there is none, each piece in a worker process that is kept for the next. A
 * process that is lost takes its piece with it, which fails, and is replaced.
 */
export async function workThrough<Work>(request: SlotRequest<Work>): Promise<void> {
  const { signal, count } = request
  const workers = new Set<WorkerProcess>()
  const stop = () => {
    for (const worker of workers) worker.stop()
  }
  const killAll = () => {
    for (const worker of workers) worker.kill()
  }
  signal?.addEventListener('abort', stop)
  // Whoever ends this process at once means all of it.
  process.once('exit', killAll)
  try {
    await Promise.all(Array.from({ length: count }, () => work(request, workers)))
  } finally {
    process.off('exit', killAll)
    signal?.removeEventListener('abort', stop)
  }
}

/** One process's worth of work. */
async function work<Work>(
  { source, trainingOf, signal }: SlotRequest<Work>,
  workers: Set<WorkerProcess>,
): Promise<void> {
  let worker: WorkerProcess | undefined
  for (;;) {
    const lease = await source.lease(signal)
    if (!lease) break
    if (!worker || worker.dead) {
      if (worker) workers.delete(worker)
      worker = new WorkerProcess()
      workers.add(worker)
    }
    const end = await train(worker, lease, trainingOf(lease.work), source.heartbeat)
    if (end.kind !== 'stopped') continue
    // One that was told to stop takes no more.
    await worker.close()
    workers.delete(worker)
    worker = undefined
  }
  await worker?.close()
}

async function train<Work>(
  worker: WorkerProcess,
  lease: Lease<Work, RunReport, RunResults>,
  { folder, config }: Training,
  interval: number | undefined,
): Promise<WorkerEnd> {
  const beat = async () => {
    if ((await lease.heartbeat()) !== 'held') worker.stop()
  }
  const timer = interval === undefined ? undefined : setInterval(() => void beat(), interval)
  const end = await worker.run(folder, config, (report) => lease.progress(report))
  clearInterval(timer)
  if (end.kind === 'complete') await lease.complete(end.results)
  else if (end.kind === 'failed') await lease.fail(end)
  else {
    if (end.kind === 'held') lease.progress({ kind: 'waiting', by: end.by })
    await lease.giveBack()
  }
  return end
}
