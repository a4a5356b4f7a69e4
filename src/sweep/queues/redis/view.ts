/** The observer's side of a queue on a server. */
import type { Job } from 'bullmq'
import type { JobState, QueueView, SeenJob } from '../../queue.js'
import { bulk, withdrawJobs } from './cancel.js'
import { type Connection, connect, type QueueAddress } from './connect.js'
import { readFailure, takenBack } from './failure.js'

/** What the server calls the states of jobs. */
const states = {
  waiting: ['prioritized', 'waiting', 'delayed'],
  running: ['active'],
  complete: ['completed'],
  failed: ['failed'],
} as const satisfies Record<JobState, readonly string[]>

/** @throws LimbicError if the queue cannot be reached */
export async function openView(address: QueueAddress): Promise<QueueView> {
  const connection = await connect(address)
  return { ...viewOf(connection), close: () => connection.close() }
}

function viewOf(connection: Connection): Omit<QueueView, 'close'> {
  const { queue } = connection
  const idsIn = (state: JobState) => queue.getRanges([...states[state]], 0, -1, true)
  return {
    async list() {
      const [waiting, running, complete, failed] = await Promise.all([
        ...([idsIn('waiting'), idsIn('running'), idsIn('complete'), idsIn('failed')] as const),
      ])
      return { waiting, running, complete, failed }
    },
    async read(ids) {
      const seen: SeenJob[] = []
      for (let from = 0; from < ids.length; from += bulk) {
        const jobs = await Promise.all(ids.slice(from, from + bulk).map((id) => queue.getJob(id)))
        seen.push(...jobs.flatMap((job) => (job ? [seenJob(job)] : [])))
      }
      return seen
    },
    cancel: (ids) => withdrawJobs(connection, ids),
  }
}

function seenJob(job: Job): SeenJob {
  const { id = '', name, data, progress, processedBy, processedOn, finishedOn, timestamp } = job
  // The server has no reason where there was no failure.
  const reason: string | undefined = job.failedReason
  return {
    ...{ id, work: data },
    ...(name !== 'work' && { group: name }),
    ...(typeof progress === 'object' && { report: progress }),
    ...(processedBy !== undefined && { worker: processedBy }),
    times: {
      submitted: timestamp,
      ...(processedOn !== undefined && { leased: processedOn }),
      ...(finishedOn !== undefined && { ended: finishedOn }),
    },
    ...(reason !== undefined && {
      failure: reason === takenBack ? 'cancelled' : readFailure(reason),
    }),
  }
}
