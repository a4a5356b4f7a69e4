/** Cancels jobs on a server. */
import type { Connection } from './connect.js'

/** The number of jobs per request to the server. */
export const bulk = 500

/** How long the server keeps finished jobs, and that jobs were withdrawn, in seconds. */
export const remembered = 24 * 3600

/** Removes waiting jobs; workers hear at their next heartbeat that a job they hold is cancelled. */
export async function cancelJobs(
  { redis, queue, cancelled }: Connection,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await redis.sadd(cancelled, ...ids)
  await Promise.all(
    ids.map(async (id) => {
      // A job that a worker holds cannot be removed.
      if (await queue.remove(id).catch(() => 0)) await redis.srem(cancelled, id)
    }),
  )
}

/** Cancels jobs for all who follow them. */
export async function withdrawJobs(connection: Connection, ids: readonly string[]): Promise<void> {
  const { redis, withdrawn } = connection
  for (let from = 0; from < ids.length; from += bulk) {
    const some = ids.slice(from, from + bulk)
    // First, so that no follower takes a job that is gone for one that the server has lost.
    await redis.sadd(withdrawn, ...some)
    await redis.expire(withdrawn, remembered)
    await cancelJobs(connection, some)
  }
}

/** Which of some jobs were cancelled for all. */
export async function withdrawnOf(
  { redis, withdrawn }: Connection,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const answers = await redis.smismember(withdrawn, ...ids)
  return new Set(ids.filter((_, at) => answers[at] === 1))
}
