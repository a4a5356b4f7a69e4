/** Worker processes that extract clips. */

import { Tinypool } from 'tinypool'
import { messageOf } from '../base/errors.js'
import { builtProgram } from '../disk/package.js'
import type { ClipJob, ClipOutcome } from './job.js'

/** Extracts clips, perhaps in other processes. */
export interface Workers {
  /** The number of clips extracted at once. */
  readonly count: number
  /** Never rejects: a failure is the outcome. */
  extract(job: ClipJob): Promise<ClipOutcome | undefined>
  close(): Promise<void>
}

/** Opens processes, so that a clip that crashes a decoder or a model affects nothing else. */
export function openWorkers(count: number): Workers {
  const pool = new Tinypool({
    filename: builtProgram('extraction/worker.js'),
    runtime: 'child_process',
    minThreads: count,
    maxThreads: count,
    env: {},
  })
  return {
    count,
    async extract(job) {
      try {
        return await pool.run(job)
      } catch (error) {
        const message = messageOf(error)
        return {
          state: 'failed',
          id: job.clip.id,
          reason: `the worker process was lost: ${message}`,
        }
      }
    },
    close: () => pool.destroy(),
  }
}
