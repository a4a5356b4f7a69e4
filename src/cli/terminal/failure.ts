/** What is said when something goes wrong. */
import { LimbicError } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import { complain } from './terminal.js'

/** Mistakes in what the command was given end with 2, bugs in Limbic with 1. */
export const exitCodes = { mistake: 2, bug: 1, interrupted: 130 } as const

/**
 * Writes one line about an error to standard error; the trace too where LIMBIC_TRACE is set.
 *
 * @returns the exit code that it calls for
 */
export function reportFailure(error: unknown): number {
  const told = withoutBlame(error)
  const message = told instanceof Error ? told.message : String(told)
  const mistake = told instanceof LimbicError
  complain(
    mistake
      ? `limbic: ${message}`
      : `limbic: sorry, this is a bug in Limbic ${version}: ${message} (set LIMBIC_TRACE=1 for the stack trace)`,
  )
  if (process.env.LIMBIC_TRACE && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) complain(line)
    if (error.cause !== undefined) complain(`caused by ${String(error.cause)}`)
  }
  return mistake ? exitCodes.mistake : exitCodes.bug
}

/** A refusal by the system or for lack of memory is not a bug, no matter where it surfaces. */
function withoutBlame(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if ('syscall' in error) {
    const path = 'path' in error ? error.path : error.syscall
    return explainFileError(error, String(path))
  }
  if (error instanceof RangeError && /allocation failed|out of memory/i.test(error.message)) {
    return new LimbicError('out of memory', { got: error.message })
  }
  return error
}
