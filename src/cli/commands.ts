/** The table of commands. Each is one file, loaded only when it is run. */
import type { Command } from 'commander'

/** What a file of `commands/` exports. */
export interface CommandModule {
  /**
   * Gives the command its arguments, options, help and action.
   *
   * @param args what follows the command's name, for options that depend on an argument
   */
  define(command: Command, args: readonly string[]): void | Promise<void>
}

export interface CommandEntry {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<CommandModule>
}

export const table: readonly CommandEntry[] = [
  {
    name: 'train',
    summary: 'train a model over one or more seeds',
    load: () => import('./commands/train.js'),
  },
  {
    name: 'models',
    summary: 'list the models, or show the settings, size and graph of one',
    load: () => import('./commands/models.js'),
  },
  {
    name: 'data',
    summary: 'inspect, convert and align data sets, or generate a synthetic one',
    load: () => import('./commands/data/index.js'),
  },
]

export function findEntry(name: string | undefined): CommandEntry | undefined {
  return table.find((entry) => entry.name === name)
}
