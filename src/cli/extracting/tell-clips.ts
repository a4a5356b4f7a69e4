/** Reports clips once all were tried: those left out, and remarks on the others. */
import { count } from '../../base/text/words.js'
import type { ClipOutcome } from '../../extraction/job.js'
import type { Terminal } from '../terminal/terminal.js'

/** The number of clips listed; the rest are counted. */
const mostListed = 20

/** @param left other clips that were left out, with the reason */
export function tellClips(
  terminal: Terminal,
  outcomes: readonly ClipOutcome[],
  left: readonly { readonly id: string; readonly reason: string }[] = [],
): void {
  const odd = outcomes.flatMap((outcome) =>
    outcome.state === 'extracted' && outcome.remarks.length > 0
      ? [{ id: outcome.id, text: outcome.remarks.join('; ') }]
      : [],
  )
  const failed = [...failedOf(outcomes), ...left]
  list(terminal, `${count(odd.length, 'clip')} with remarks:`, odd)
  if (failed.length > 0) terminal.record({ event: 'left out', clips: failed })
  list(
    terminal,
    `${failed.length} clips left out:`,
    failed.map(({ id, reason }) => ({ id, text: reason })),
  )
}

/** Those that failed, with the reason. */
export function failedOf(outcomes: readonly ClipOutcome[]): { id: string; reason: string }[] {
  return outcomes.flatMap((outcome) =>
    outcome.state === 'failed' ? [{ id: outcome.id, reason: outcome.reason }] : [],
  )
}

function list(
  terminal: Terminal,
  heading: string,
  lines: readonly { readonly id: string; readonly text: string }[],
): void {
  if (lines.length === 0) return
  terminal.note(heading)
  for (const { id, text } of lines.slice(0, mostListed)) terminal.note(`  ${id}: ${text}`)
  const more = lines.length - mostListed
  if (more > 0) terminal.note(`  and ${more} more (--json lists all)`)
}
