/** The error for every mistake in Limbic's input, its one-line message, and what other errors say. */
import { oneLine, shortened } from './text/clean.js'

/** Where a mistake is and how to fix it, written for the person who made it. */
export interface MistakeDetails {
  /** The file, tensor, row, option or operator at fault. */
  readonly where?: string
  /** What Limbic needed. */
  readonly expected?: string
  /** What it found instead. */
  readonly got?: string
  /** What to do about it. */
  readonly hint?: string
}

/**
 * A mistake in Limbic's input (a file, an option, a shape), as opposed to a bug in Limbic. The
 * command line prints its message as one line and exits with code 2.
 */
export class LimbicError extends Error {
  override readonly name = 'LimbicError'
  readonly details: MistakeDetails

  constructor(what: string, details: MistakeDetails = {}, options?: ErrorOptions) {
    super(describe(what, details), options)
    this.details = details
  }
}

/** No part of a message is longer than this, whatever a file contains. */
const longestPart = 2000

function describe(what: string, details: MistakeDetails): string {
  const { where, expected, got, hint } = details
  const comparison = [
    ...(expected ? [`expected ${plain(expected)}`] : []),
    ...(got ? [`got ${plain(got)}`] : []),
  ]
  return (
    (where ? `${plain(where)}: ` : '') +
    plain(what) +
    (comparison.length > 0 ? `: ${comparison.join(', ')}` : '') +
    (hint ? `. ${plain(hint)}` : '')
  )
}

/** What anything that was thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The first line of that: the rest of a library's message is for its developers. */
export function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? ''
}

/** Whether this is the system's or Node's error of that code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Names, paths and foreign messages may contain line breaks and escape sequences. */
function plain(text: string): string {
  return shortened(oneLine(text).trim(), longestPart)
}
