/** How a command speaks: results on standard output, everything else on standard error. */
import type { Command } from 'commander'

/** The options that say how a command speaks. */
export interface TerminalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface Terminal {
  /** With --json, standard output carries JSON lines and nothing else. */
  readonly json: boolean
  readonly quiet: boolean
  /** A result for people; silent with --json. */
  print(text: string): void
  /** A result for machines, one line; silent without --json. */
  record(value: unknown): void
  /** A remark on the way; silent with --quiet. */
  note(text: string): void
}

/** Adds --json and --quiet to a command. */
export function withTerminal(command: Command): Command {
  return command
    .option('--json', 'print JSON lines and nothing else')
    .option('--quiet', 'print results only, no progress and no remarks')
}

export function openTerminal({ json = false, quiet = false }: TerminalOptions): Terminal {
  return {
    json,
    quiet,
    print: (text) => {
      if (!json) process.stdout.write(`${text}\n`)
    },
    record: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`)
    },
  }
}
