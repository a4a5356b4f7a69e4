/** What a command is. */
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
