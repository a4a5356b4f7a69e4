/** The streams that the current command line reads and writes, and its exit code. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable, Writable } from 'node:stream'

/** An output stream, perhaps a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** The streams of a command line. */
export interface Streams {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
}

interface Invocation {
  readonly streams: Streams
  exitCode: number
  /** The start of paths that people know by another. */
  shown?: { readonly path: string; readonly as: string }
}

const invocations = new AsyncLocalStorage<Invocation>()

/** The streams of the current command line; outside of one, the process's own. */
export function streams(): Streams {
  return invocations.getStore()?.streams ?? process
}

/** Sets the exit code of the current command line; 0 by default, the last value counts. */
export function setExitCode(code: number): void {
  const invocation = invocations.getStore()
  if (invocation) invocation.exitCode = code
}

/** Shows paths that start with `path` as starting with `as` in all that the command line says. */
export function setShown(path: string, as: string): void {
  const invocation = invocations.getStore()
  if (invocation) invocation.shown = { path, as }
}

/** Text with its paths as people know them. */
export function asShown(text: string): string {
  const shown = invocations.getStore()?.shown
  return shown ? text.replaceAll(shown.path, shown.as) : text
}

/**
 * Runs one command line with streams of its own. Others may run in the same process at the same
 * time.
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
