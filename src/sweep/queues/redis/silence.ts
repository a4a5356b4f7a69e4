/** Ends waiting for a server that is gone: while work goes on it is waited for, but not to stop. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { LimbicError } from '../../../base/errors.js'

/** Milliseconds that a server may take to answer. */
const patience = 5000

/**
 * Waits as long as the server answers.
 *
 * @throws LimbicError once it has been silent for five seconds
 */
export async function whileAnswering<Value>(
  { redis, address }: { readonly redis: Redis; readonly address: { readonly shown: string } },
  work: Promise<Value>,
): Promise<Value> {
  const ended = new AbortController()
  const { signal } = ended
  const watch = async (): Promise<never> => {
    for (;;) {
      const answer = redis.ping().catch(() => undefined)
      const late = delay(patience, undefined, { signal })
      if ((await Promise.race([answer, late])) === undefined) break
      await delay(patience, undefined, { signal })
    }
    throw new LimbicError('the queue does not answer', {
      where: address.shown,
      hint: 'What was submitted stays in the queue',
    })
  }
  try {
    return await Promise.race([work, watch()])
  } finally {
    ended.abort()
  }
}

/** Waits for the end of something, but not for long. */
export async function briefly(ending: Promise<unknown>): Promise<void> {
  const ended = new AbortController()
  const late = delay(2000, undefined, { signal: ended.signal })
  await Promise.race([ending, late]).catch(() => {})
  ended.abort()
  await late.catch(() => {})
}
