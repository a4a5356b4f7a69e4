/** Reports outcomes of runs, for people and for machines. */
import { LimbicError } from '../../base/errors.js'
import type { Cell } from '../../sweep/cell.js'
import type { CellOutcome } from '../../sweep/run-grid.js'
import { exitCodes } from './failure.js'
import { describeRun } from './progress.js'
import { setExitCode } from './streams.js'
import { complain, type Terminal } from './terminal.js'

export type FailedCell = Extract<CellOutcome, { state: 'failed' }>

/** The record of a run that finished or failed. */
function outcomeRecord(outcome: CellOutcome): Record<string, unknown> {
  const { row, label, folder, config } = outcome.cell
  return {
    ...{ event: 'run', row, label, seed: config.seed, folder, state: outcome.state },
    ...(outcome.state === 'complete' && { resumed: outcome.before, results: outcome.results }),
    ...(outcome.state === 'failed' && { message: outcome.message, mistake: outcome.mistake }),
  }
}

/** The outcome of a run in one line. */
export function describeOutcome(outcome: CellOutcome): string {
  const { label, config } = outcome.cell
  switch (outcome.state) {
    case 'complete':
      return outcome.before
        ? `${label}: already complete`
        : `${label}: ${describeRun(outcome.results, config)}`
    case 'failed':
      return `${label}: failed: ${outcome.message}`
    case 'stopped':
      return `${label}: stopped`
  }
}

/** Reports a run that ended, except one that was stopped: those are reported together. */
export function tellOutcome(terminal: Terminal, outcome: CellOutcome): void {
  if (outcome.state === 'stopped') return
  terminal.record(outcomeRecord(outcome))
  terminal.note(describeOutcome(outcome))
}

export function failuresOf(outcomes: readonly CellOutcome[]): FailedCell[] {
  return outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome] : []))
}

/** Reports that runs were stopped and how to resume them, and sets the exit code. */
export function reportStop(
  terminal: Terminal,
  record: Readonly<Record<string, unknown>>,
  sentence: string,
): void {
  terminal.record({ event: 'stopped', ...record })
  complain(sentence)
  setExitCode(exitCodes.interrupted)
}

/** Reports how many runs are in the queue. */
export function reportHandedOut(
  terminal: Terminal,
  folder: string,
  cells: readonly Cell[],
  complete: readonly CellOutcome[],
): void {
  const runs = cells.length - complete.length
  terminal.record({ event: 'handed out', folder, runs })
  terminal.print(
    `${runs} of ${cells.length} runs are in the queue; repeat the command to follow them`,
  )
}

/** Writes any failures to standard error, and sets the exit code. */
export function reportFailures(outcomes: readonly CellOutcome[]): void {
  const failures = failuresOf(outcomes)
  if (failures.length === 0) return
  complain(`${failures.length} of ${outcomes.length} runs failed:`)
  for (const { cell, message } of failures) {
    complain(`  ${cell.label}: ${message}`)
  }
  setExitCode(1)
}

/** The error for a grid in which every run failed: their messages, equal ones once. */
export function failureOfAll(failures: readonly FailedCell[]): Error {
  const [first, ...others] = new Set(failures.map(({ message }) => message))
  const message =
    first !== undefined && others.length === 0
      ? first
      : failures.map(({ cell, message }) => `${cell.label}: ${message}`).join('; ')
  const mistake = failures.every((failure) => failure.mistake)
  return mistake ? new LimbicError(message) : new Error(message)
}
