/** Runs jobs of several kinds, each with its own performer. */
import { z } from 'zod'
import type { Performer, WorkEnd } from '../slots.js'

type AnyPerformer = Performer<unknown, unknown, unknown>

const kinded = z.looseObject({ kind: z.string() })

/**
 * Opens the performer of a kind with the first job of that kind.
 *
 * @param kinds opens a performer, by the job's kind
 */
export function performByKind(kinds: ReadonlyMap<string, () => AnyPerformer>): AnyPerformer {
  const opened = new Map<string, AnyPerformer>()
  let stopped = false
  const performerOf = async (kind: string): Promise<AnyPerformer | undefined> => {
    const before = opened.get(kind)
    if (before && !before.spent) return before
    await before?.close()
    const made = kinds.get(kind)?.()
    if (made) opened.set(kind, made)
    return made
  }
  return {
    async perform(work, report): Promise<WorkEnd<unknown>> {
      const kind = kinded.safeParse(work).data?.kind ?? ''
      const performer = await performerOf(kind)
      if (stopped) return { kind: 'unfinished' }
      if (performer) return performer.perform(work, report)
      return {
        kind: 'failed',
        message: `this worker cannot run jobs of kind "${kind}"`,
        mistake: true,
      }
    },
    stop() {
      stopped = true
      for (const performer of opened.values()) performer.stop()
    },
    kill() {
      for (const performer of opened.values()) performer.kill()
    },
    get spent() {
      return stopped
    },
    async close() {
      await Promise.all([...opened.values()].map((performer) => performer.close()))
    },
  }
}
