/** Both sides of a queue of clips: submitting them, and extracting them in a worker. */

import { dirname, resolve } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { storeOf } from '../../extraction/extract-corpus.js'
import type { ClipJob, ClipOutcome } from '../../extraction/job.js'
import {
  bringPart,
  nameOfClip,
  readOutcome,
  receiveClip,
  sendClip,
  type TravellingClip,
} from '../../extraction/travel.js'
import { openWorkers, type Workers } from '../../extraction/workers.js'
import { shownPath } from '../../remote/mirror.js'
import type { QueueAddress } from '../../sweep/queues/redis/connect.js'
import type { Performer } from '../../sweep/slots.js'

/**
 * The maximum number of clips in the queue: enough for many machines, and few enough for the
 * server.
 */
const atOnce = 2000

/**
 * Connects to a queue for submitting clips.
 *
 * @param signal cancels the clips that are not extracted
 * @param withdrawn called if they are cancelled in the queue, for all
 * @throws LimbicError if the queue cannot be reached
 */
export async function openQueuedClips(
  address: QueueAddress,
  signal: AbortSignal,
  withdrawn: () => void,
): Promise<Workers> {
  const [{ connect }, { openSink }] = await Promise.all([
    import('../../sweep/queues/redis/connect.js'),
    import('../../sweep/queues/redis/sink.js'),
  ])
  const connection = await connect(address)
  const sink = await openSink<TravellingClip>(connection)
  const waiting = new Map<string, (outcome: ClipOutcome | undefined) => void>()
  const ids = new Map<string, string>()
  const end = (name: string, outcome: ClipOutcome | undefined) => {
    waiting.get(name)?.(outcome)
    waiting.delete(name)
  }
  sink.follow((event) => {
    const id = ids.get(event.id) ?? ''
    if (event.kind === 'complete') end(event.id, outcomeOf(id, event.result))
    else if (event.kind === 'failed') end(event.id, { state: 'failed', id, reason: event.message })
    else if (event.kind === 'cancelled') {
      if (!signal.aborted) withdrawn()
      end(event.id, undefined)
    }
  })
  // If the server is unreachable, the clips stay in its queue, but waiting for them ends here.
  const stop = () => {
    const names = [...waiting.keys()]
    sink.cancel(names).catch(() => {
      for (const name of names) end(name, undefined)
    })
  }
  signal.addEventListener('abort', stop)
  return {
    count: atOnce,
    async extract(job) {
      const work = await sendClip(job)
      const name = nameOfClip(work)
      ids.set(name, job.clip.id)
      const outcome = new Promise<ClipOutcome | undefined>((resolve) => waiting.set(name, resolve))
      const submitted = sink.submit([{ id: name, work, group: groupOf(job) }])
      const ended = await Promise.race([submitted.then(() => outcome), outcome])
      if (ended && ended.state !== 'failed') await bringPart(job.part)
      return ended
    },
    async close() {
      signal.removeEventListener('abort', stop)
      await sink.close()
      await connection.close()
    },
  }
}

/** What observers call these clips: the store that they are for. */
const groupOf = ({ part }: ClipJob) => shownPath(resolve(storeOf(dirname(part))))

function outcomeOf(id: string, result: unknown): ClipOutcome {
  try {
    return readOutcome(result)
  } catch (error) {
    if (!(error instanceof LimbicError)) throw error
    return { state: 'failed', id, reason: error.message }
  }
}

/** Extracts clips from a queue in a process of its own. */
export function openClipPerformer(): Performer<unknown, unknown, unknown> {
  const workers = openWorkers(1)
  let stopped = false
  return {
    async perform(work) {
      try {
        const { job, keep, close } = await receiveClip(work)
        try {
          const outcome = await workers.extract(job)
          if (outcome && outcome.state !== 'failed') await keep()
          return outcome ? { kind: 'complete', result: outcome } : { kind: 'unfinished' }
        } finally {
          close()
        }
      } catch (error) {
        if (!(error instanceof LimbicError)) throw error
        return { kind: 'failed', message: error.message, mistake: true }
      }
    },
    // A clip takes seconds, so it is finished rather than interrupted.
    stop() {
      stopped = true
    },
    kill: () => void workers.close(),
    get spent() {
      return stopped
    },
    close: () => workers.close(),
  }
}
