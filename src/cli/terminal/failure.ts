/** What is said when something goes wrong. */
import { LimbicError } from '../../base/errors.js'
import { version } from '../../disk/version.js'

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
  process.stderr.write(
    mistake
      ? `limbic: ${onOneLine(message)}\n`
      : `limbic: sorry, this is a bug in Limbic ${version}: ${onOneLine(message)} ` +
          '(LIMBIC_TRACE=1 shows where)\n',
  )
  if (process.env.LIMBIC_TRACE && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
    if (error.cause !== undefined) process.stderr.write(`caused by ${String(error.cause)}\n`)
  }
  return mistake ? exitCodes.mistake : exitCodes.bug
}

/** Text without its line breaks. */
export function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
