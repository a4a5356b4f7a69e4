/** Options of commands that read a data set: the keys of a run's configuration for reading. */
import type { Command } from 'commander'
import type { OpenOptions } from '../../../data/index.js'
import { type DataConfig, dataConfig } from '../../../learn/config.js'
import { readingNames } from '../../../runs/open-data.js'
import { addFlags, flagsOf, readFlags } from '../../flags/flags.js'

/** The options as commander parses them. */
export type GivenOptions = Readonly<Record<string, unknown>>

/** Vectors of class words are part of a model since its training. */
const known = flagsOf(dataConfig, { omit: ['path', 'target', 'standardise', 'vectors'] })
const schema = dataConfig.pick({ invalid: true, labels: true, names: true })

/** Adds --names, and --invalid unless left out, to a command. */
export function addReading(command: Command, omit: readonly string[] = []): Command {
  addFlags(
    command,
    known.filter(({ name }) => !omit.includes(name)),
    'Reading the data:',
  )
  return command
}

/**
 * The options given for reading the data, to override a run's own configuration.
 *
 * @throws LimbicError for a value that does not fit
 */
export function givenReading(options: GivenOptions): Partial<DataConfig> {
  return readFlags(known, options)
}

/** @throws LimbicError for a value that does not fit */
export function readingOptions(options: GivenOptions): OpenOptions {
  const { invalid, labels, names } = schema.parse(readFlags(known, options))
  return { invalid, labels, ...readingNames({ names }) }
}
