/** The streams that the command line under way reads and writes, and the exit code that it comes to. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable, Writable } from 'node:stream'

/** Somewhere to write: a terminal, or not. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** What a command line reads and writes. */
export interface Streams {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
}

interface Invocation {
  readonly streams: Streams
  exitCode: number
}

const invocations = new AsyncLocalStorage<Invocation>()

/** Those of the command line under way; outside of one, the process's own. */
export function streams(): Streams {
  return invocations.getStore()?.streams ?? process
}

/** Says what the command line under way ends with; 0 unless said, the last word counts. */
export function setExitCode(code: number): void {
  const invocation = invocations.getStore()
  if (invocation) invocation.exitCode = code
}

/**
 * Runs one command line with streams of its own. Others may run in the same process meanwhile.
 *
 * @returns the exit code
 */
export function withStreams(given: Streams, work: () => Promise<void>): Promise<number> {
  const invocation: Invocation = { streams: given, exitCode: 0 }
  return invocations.run(invocation, async () => {
    await work()
    return invocation.exitCode
  })
}
