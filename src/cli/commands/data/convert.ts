/** `limbic data convert`: any data set as a native store. */
import type { Command } from 'commander'
import { openDataset } from '../../../data/index.js'
import { refuseForeignContent, writeStore } from '../../../data/store/index.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal.js'
import { addReading, type GivenOptions, readingOptions } from './reading.js'
import { reportStore } from './report-store.js'

interface Options extends TerminalOptions, GivenOptions {
  readonly out: string
  readonly force?: boolean
}

export function define(command: Command): void {
  addReading(withTerminal(command))
    .argument('<path>', 'a .pkl file of features, a folder of .npy folds, or a store')
    .requiredOption('--out <folder>', 'where to write the store; a store there is replaced')
    .option('--force', 'replace something that is no store, too')
    .addHelpText(
      'after',
      `
Examples:
  $ limbic data convert unaligned_50.pkl --out mosei
  $ limbic data convert features.pkl --out mosi --invalid replace --names vision=visual`,
    )
    .action(convert)
}

function convert(path: string, options: Options): void {
  const terminal = openTerminal(options)
  const write = { replace: options.force === true }
  refuseForeignContent(options.out, write)
  const started = performance.now()
  const dataset = openDataset(path, readingOptions(options))
  try {
    writeStore(dataset, options.out, write)
    reportStore(terminal, dataset, options.out, performance.now() - started)
  } finally {
    dataset.close()
  }
}
