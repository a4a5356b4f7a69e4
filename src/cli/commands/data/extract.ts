/** `limbic data extract`: features of recordings as a store. */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { readCount } from '../../../base/values.js'
import { openStore } from '../../../data/corpora/store/index.js'
import { recipes } from '../../../media/recipes/index.js'
import { addCorpus, type CorpusOptions, layoutsHelp } from '../../extracting/corpus.js'
import { extractFolder } from '../../extracting/extract-folder.js'
import { readRecipe } from '../../extracting/recipe.js'
import { writeExtractionReport } from '../../extracting/report.js'
import { failedOf } from '../../extracting/tell-clips.js'
import { addQueueOnly, type QueueOptions, readQueue } from '../../flags/queue.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'
import { reportStore } from './report-store.js'

interface Options extends TerminalOptions, CorpusOptions, QueueOptions {
  readonly recipe: string
  readonly out: string
  readonly modalities?: string
  readonly glove?: string
  readonly imageNetwork?: string
  readonly textEncoder?: string
  readonly workers?: string
  readonly report?: string
  readonly strict?: boolean
  readonly force?: boolean
}

export function define(command: Command): void {
  const begun = withTerminal(command)
    .argument('<folder>', 'a corpus as distributed, or recordings with a manifest.csv')
    .requiredOption(
      '--recipe <name>',
      `which features to extract: ${[...recipes.keys()].join(', ')}, or a .json file with a recipe`,
    )
    .requiredOption('--out <folder>', 'where to write the store; an existing store is replaced')
    .option('--modalities <names>', 'only these parts of the recipe, such as audio,vision')
    .option('--glove <file>', 'word vectors, for recipes with words as GloVe')
    .option('--text-encoder <folder>', 'a text encoder or tokeniser, for recipes with tokens')
    .option('--image-network <file>', 'an ONNX network, for recipes with an image network')
  addQueueOnly(addCorpus(begun), 'the clips')
    .optionsGroup('How:')
    .option('--workers <count>', 'processes at once (default: as many as there are cores)')
    .option('--strict', 'refuse damaged recordings, and stop at the first clip that fails')
    .option('--report <file>', 'also write a page that shows some clips')
    .option('--force', 'also replace a folder that is not a store')
    .addHelpText(
      'after',
      `
${layoutsHelp} After Ctrl-C, repeat the command to resume. Clips
that fail are left out and listed. With --queue, workers on other machines ("limbic worker --queue
ADDRESS") extract the clips; they need recordings and store under the same paths.

Examples:
  $ limbic data extract RAVDESS --recipe compact --divide speakers --out ravdess
  $ limbic data extract EMO-DB --recipe selfcross --modalities audio --out emodb`,
    )
    .action(extract)
}

async function extract(folder: string, options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const recipe = readRecipe(options.recipe, options.modalities)
  const workers =
    options.workers === undefined
      ? availableParallelism()
      : readCount('--workers', options.workers, 1, 256)
  const started = performance.now()
  const { out, glove, textEncoder, imageNetwork } = options
  const made = await extractFolder(terminal, folder, {
    ...{ recipe, out, workers, corpus: options, queue: readQueue(options) },
    resources: {
      ...(glove !== undefined && { glove }),
      ...(textEncoder !== undefined && { textEncoder }),
      ...(imageNetwork !== undefined && { imageNetwork }),
    },
    ...(options.strict && { strict: true }),
    ...(options.force && { replace: true }),
  })
  if (!made) return
  const store = await openStore(out, { unlabelled: true })
  try {
    reportStore(terminal, store, out, performance.now() - started)
    if (options.report !== undefined) {
      const { extraction, clips } = made
      const left = [...failedOf(extraction.outcomes), ...extraction.left]
      await writeExtractionReport(options.report, store, { clips, recipe, left })
      terminal.print(options.report)
    }
  } finally {
    store.close()
  }
}
