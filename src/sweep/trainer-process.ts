/** A worker process that trains the runs of a queue. */
import { LimbicError } from '../base/errors.js'
import type { RunResults } from '../learn/records.js'
import type { LeasedRun, OwnRun, RunReport } from './messages.js'
import { WorkerProcess } from './process.js'
import type { Performer } from './slots.js'

/**
 * @param messageOf turns a job into a message for the process; throws LimbicError for an invalid
 * job
 * @param resultOf picks what of the results goes to the queue
 */
export function openTrainer<Work, Result>(
  messageOf: (work: Work) => OwnRun | LeasedRun,
  resultOf: (results: RunResults) => Result,
): Performer<Work, RunReport, Result> {
  const worker = new WorkerProcess()
  let stopped = false
  return {
    async perform(work, report) {
      let message: OwnRun | LeasedRun
      try {
        message = messageOf(work)
      } catch (error) {
        if (!(error instanceof LimbicError)) throw error
        return { kind: 'failed', message: error.message, mistake: true }
      }
      const end = await worker.run(message, report)
      switch (end.kind) {
        case 'complete':
          return { kind: 'complete', result: resultOf(end.results) }
        case 'failed':
          return end
        case 'held':
          report({ kind: 'waiting', by: end.by })
          return { kind: 'unfinished' }
        case 'stopped':
          // The process may also have received a signal itself.
          stopped = true
          return { kind: 'unfinished' }
      }
    },
    stop() {
      stopped = true
      worker.stop()
    },
    kill: () => worker.kill(),
    get spent() {
      return stopped || worker.dead
    },
    close: () => worker.close(),
  }
}
