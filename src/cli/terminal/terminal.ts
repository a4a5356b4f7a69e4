/**
 * How a command speaks: results on standard output, everything else on standard error. All text
 * goes through here and is made harmless here, whatever ids, paths and names hold.
 */
import type { Command } from 'commander'
import { oneLine, plainLines } from '../../base/text/clean.js'
import { jsonLine } from '../../base/text/json.js'
import { streams } from './streams.js'

/** The options that say how a command speaks. */
export interface TerminalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface Terminal {
  /** With --json, standard output carries JSON lines and nothing else. */
  readonly json: boolean
  readonly quiet: boolean
  /** Lines of a result for people; silent with --json. A name with a line break stays in its line. */
  print(...lines: readonly string[]): void
  /** A piece of a result that has lines of its own, such as a table; silent with --json. */
  show(block: string): void
  /** A result for machines, one line; silent without --json. */
  record(value: unknown): void
  /** A remark on the way, one line; silent with --quiet. */
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
      if (!json) streams().stdout.write(lines.map((line) => `${oneLine(line)}\n`).join(''))
    },
    show: (block) => {
      if (!json) streams().stdout.write(`${plainLines(block)}\n`)
    },
    record: (value) => {
      if (json) streams().stdout.write(`${jsonLine(value)}\n`)
    },
    note: (line) => {
      if (!quiet) complain(line)
    },
  }
}

/** One line on standard error, with --quiet too: what went wrong. */
export function complain(line: string): void {
  streams().stderr.write(`${oneLine(line)}\n`)
}

/** How many characters fit into a line of the terminal, or of what reads in its place. */
export function terminalWidth(): number {
  return streams().stdout.columns ?? (Number(process.env.COLUMNS) || 100)
}
