/** What is in a queue, by the sweeps that were submitted to it, for people to watch. */
import { oneLine, shortened } from '../../base/text/clean.js'
import { progressOf, type RunProgress } from '../progress.js'
import { type JobState, jobStates, type QueueView, type SeenJob } from '../queue.js'
import { labelOf } from '../serve/label.js'
import { readReport } from '../travel/report.js'

/** A cell of a sweep. */
export interface QueuedCell {
  readonly id: string
  readonly label: string
  readonly state: JobState | 'cancelled'
  readonly progress?: RunProgress
  /** The worker that holds it, or held it last. */
  readonly worker?: string
  /** When it came into its state, in milliseconds since 1970. */
  readonly since?: number
  readonly problem?: string
}

/** The jobs that one command submitted: runs of a table or a search, or clips of a corpus. */
export interface QueuedSweep {
  /** The folder of its results. */
  readonly name: string
  readonly counts: Readonly<Record<JobState, number>>
  /** Running ones first, then failed, waiting and complete ones. */
  readonly cells: readonly QueuedCell[]
  /** The number of cells beyond those listed. */
  readonly more: number
}

export interface QueueState {
  readonly sweeps: readonly QueuedSweep[]
  /** The number of jobs whose sweep has not been read yet. */
  readonly unread: number
}

/** The most cells that are listed, in all sweeps together, and the fewest of one. */
const mostListed = 300
const fewestListed = 20
/** The most jobs that are read for the first time at once; the next look goes on. */
const readAtOnce = 5000

const order = ['running', 'failed', 'waiting', 'complete'] as const satisfies readonly JobState[]

/**
 * Looks at a queue whenever it is asked to. What does not change about a job is read once, so a look
 * costs the ids of all jobs and the jobs that are listed.
 */
export class QueueBoard {
  /** The sweep of each job. */
  readonly #groups = new Map<string, string>()

  constructor(private readonly view: QueueView) {}

  /** @throws if the server does not answer */
  async look(): Promise<QueueState> {
    const listed = await this.view.list()
    const { sweeps, unread } = await this.#sort(listed)
    const most = Math.max(fewestListed, Math.floor(mostListed / Math.max(1, sweeps.size)))
    const chosen = [...sweeps].map(([name, ids]) => ({
      ...{ name, ids },
      // Of complete ones, the latest.
      shown: order
        .flatMap((state) => (state === 'complete' ? ids[state].toReversed() : ids[state]))
        .slice(0, most),
    }))
    const known = new Map(
      (await this.view.read(chosen.flatMap(({ shown }) => shown))).map((job) => [job.id, job]),
    )
    return {
      unread,
      sweeps: chosen.map(({ name, ids, shown }): QueuedSweep => {
        const counts = mapStates((state) => ids[state].length)
        const stateOf = new Map(jobStates.flatMap((state) => ids[state].map((id) => [id, state])))
        const all = jobStates.reduce((sum, state) => sum + counts[state], 0)
        return {
          ...{ name: shortened(oneLine(name), longest), counts, more: all - shown.length },
          cells: shown.flatMap((id) => {
            const [job, state] = [known.get(id), stateOf.get(id)]
            return job && state ? [cellOf(job, state)] : []
          }),
        }
      }),
    }
  }

  /**
   * Cancels the jobs of a sweep that have not ended, for all who follow them.
   *
   * @returns their number
   */
  async cancel(sweep: string): Promise<number> {
    const listed = await this.view.list()
    await this.#sort(listed, Number.POSITIVE_INFINITY)
    const ids = [...listed.waiting, ...listed.running].filter(
      (id) => shortened(oneLine(this.#groups.get(id) ?? ''), longest) === sweep,
    )
    await this.view.cancel(ids)
    return ids.length
  }

  close(): Promise<void> {
    return this.view.close()
  }

  /** The ids of each sweep, those with something to do first. */
  async #sort(listed: Readonly<Record<JobState, readonly string[]>>, most = readAtOnce) {
    const all = new Set(jobStates.flatMap((state) => listed[state]))
    for (const id of this.#groups.keys()) if (!all.has(id)) this.#groups.delete(id)
    const asked = [...all].filter((id) => !this.#groups.has(id)).slice(0, most)
    for (const { id, group = '' } of await this.view.read(asked)) this.#groups.set(id, group)
    const sweeps = new Map<string, Record<JobState, string[]>>()
    let unread = 0
    for (const state of order) {
      for (const id of listed[state]) {
        const group = this.#groups.get(id)
        if (group === undefined) unread++
        else {
          const ids = sweeps.get(group) ?? mapStates((): string[] => [])
          ids[state].push(id)
          sweeps.set(group, ids)
        }
      }
    }
    const rank = ({ running, waiting }: Record<JobState, string[]>) =>
      running.length > 0 ? 0 : waiting.length > 0 ? 1 : 2
    const sorted = [...sweeps].sort(([, one], [, other]) => rank(one) - rank(other))
    return { sweeps: new Map(sorted), unread }
  }
}

const mapStates = <Value>(make: (state: JobState) => Value): Record<JobState, Value> => ({
  waiting: make('waiting'),
  running: make('running'),
  complete: make('complete'),
  failed: make('failed'),
})

/** Longer names and messages are cut. */
const longest = 1000

function cellOf(job: SeenJob, state: JobState): QueuedCell {
  const { id, work, report, worker, times, failure } = job
  const told = state === 'running' ? readReport(report) : undefined
  const progress = told && progressOf(told)
  const isCancelled = state === 'failed' && failure === 'cancelled'
  const problem =
    state === 'failed' && failure !== undefined && failure !== 'cancelled'
      ? failure.message
      : undefined
  const since =
    state === 'waiting' ? times.submitted : state === 'running' ? times.leased : times.ended
  return {
    ...{ id, label: shortened(oneLine(labelOf(work)), longest) },
    state: isCancelled ? 'cancelled' : state,
    ...(progress && { progress }),
    ...(worker !== undefined && state !== 'waiting' && { worker: oneLine(worker) }),
    ...(since !== undefined && { since }),
    ...(problem !== undefined && { problem: shortened(oneLine(problem), longest) }),
  }
}
