/** Defines what a command is. */
import type { Command } from 'commander'

/** What a file of `commands/` exports. */
export interface CommandModule {
  /**
   * Adds the command's arguments, options, help and action.
   *
   * @param args the arguments after the command's name, for options that depend on them
   */
  define(command: Command, args: readonly string[]): void | Promise<void>
}

export interface CommandEntry {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<CommandModule>
}
