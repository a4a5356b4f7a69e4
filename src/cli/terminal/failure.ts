/** Reports failures. */
import { LimbicError, messageOf } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import { complain } from './terminal.js'

/** Mistakes in arguments or input exit with 2, bugs in Limbic with 1. */
export const exitCodes = { mistake: 2, bug: 1, interrupted: 130 } as const

/**
 * Writes one line about an error to standard error; with LIMBIC_TRACE set, the stack trace too.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown): number {
  const told = withoutBlame(error)
  const message = messageOf(told)
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

/** An error of the system, or a lack of memory, is not a bug, wherever it surfaces. */
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
