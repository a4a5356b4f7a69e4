/**
 * Output of commands: results on standard output, everything else on standard error. All text
 * passes through here and is escaped here, whatever ids, paths and names contain.
 */
import type { Command } from 'commander'
import { oneLine, plainLines } from '../../base/text/clean.js'
import { jsonLine } from '../../base/text/json.js'
import { asShown, streams } from './streams.js'

/** The options for output that commands share. */
export interface TerminalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface Terminal {
  /** With --json, standard output has only JSON lines. */
  readonly json: boolean
  readonly quiet: boolean
  /** Prints lines of a result for people; silent with --json. Line breaks in names are escaped. */
  print(...lines: readonly string[]): void
  /** Prints a block of several lines, such as a table; silent with --json. */
  show(block: string): void
  /** Prints a result for machines, one line of JSON; silent without --json. */
  record(value: unknown): void
  /** Prints a remark on standard error, one line; silent with --quiet. */
  note(line: string): void
}

/** Adds --json and --quiet to a command. */
export function withTerminal(command: Command): Command {
  return command
    .option('--json', 'print JSON lines only')
    .option('--quiet', 'print results only, without progress or remarks')
}

export function openTerminal({ json = false, quiet = false }: TerminalOptions): Terminal {
  return {
    json,
    quiet,
    print: (...lines) => {
      if (!json) streams().stdout.write(asShown(lines.map((line) => `${oneLine(line)}\n`).join('')))
    },
    show: (block) => {
      if (!json) streams().stdout.write(asShown(`${plainLines(block)}\n`))
    },
    record: (value) => {
      if (json) streams().stdout.write(asShown(`${jsonLine(value)}\n`))
    },
    note: (line) => {
      if (!quiet) complain(line)
    },
  }
}

/** Prints one line on standard error even with --quiet: what went wrong. */
export function complain(line: string): void {
  streams().stderr.write(asShown(`${oneLine(line)}\n`))
}

/** The number of characters in a line of the terminal. */
export function terminalWidth(): number {
  return streams().stdout.columns ?? (Number(process.env.COLUMNS) || 100)
}
