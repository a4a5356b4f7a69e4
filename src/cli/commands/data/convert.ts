/** `limbic data convert`: any data set as a native store. */
import type { Command } from 'commander'
import { refuseForeignContent, writeStore } from '../../../data/corpora/store/index.js'
import { openDataset, textFromTranscripts } from '../../../data/index.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'
import { addReading, type GivenOptions, readingOptions } from './reading.js'
import { reportStore } from './report-store.js'

interface Options extends TerminalOptions, GivenOptions {
  readonly out: string
  readonly force?: boolean
  readonly glove?: string
}

export function define(command: Command): void {
  addReading(withTerminal(command))
    .argument('<path>', 'a .pkl feature file, a folder of .npy folds, or a store')
    .requiredOption('--out <folder>', 'where to write the store; an existing store is replaced')
    .option('--force', 'also replace a folder that is not a store')
    .option(
      '--glove <file>',
      'make text features from the transcripts: the GloVe vector of each word',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ limbic data convert unaligned_50.pkl --out mosei
  $ limbic data convert features.pkl --out mosi --invalid zero --names vision=visual
  $ limbic data convert features.pkl --out mosi-glove --glove glove.840B.300d.txt`,
    )
    .action(convert)
}

async function convert(path: string, options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const write = { replace: options.force === true }
  refuseForeignContent(options.out, write)
  const started = performance.now()
  const opened = await openDataset(path, readingOptions(options))
  try {
    const dataset =
      options.glove === undefined ? opened : await textFromTranscripts(opened, options.glove)
    await writeStore(dataset, options.out, write)
    reportStore(terminal, dataset, options.out, performance.now() - started)
  } finally {
    opened.close()
  }
}
