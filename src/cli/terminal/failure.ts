/** What is said when something goes wrong. */
import { LimbicError } from '../../base/errors.js'
import { version } from '../../disk/version.js'
import { complain } from './terminal.js'

/** Mistakes in what the command was given end with 2, bugs in Limbic with 1. */
export const exitCodes = { mistake: 2, bug: 1, interrupted: 130 } as const

/**
 * Writes one line about an error to standard error; the trace too where LIMBIC_TRACE is set.
 *
 * @returns the exit code that it calls for
 */
export function reportFailure(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error)
  const mistake = error instanceof LimbicError
  complain(
    mistake
      ? `limbic: ${message}`
      : `limbic: sorry, this is a bug in Limbic ${version}: ${message} (LIMBIC_TRACE=1 shows where)`,
  )
  if (process.env.LIMBIC_TRACE && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) complain(line)
    if (error.cause !== undefined) complain(`caused by ${String(error.cause)}`)
  }
  return mistake ? exitCodes.mistake : exitCodes.bug
}
