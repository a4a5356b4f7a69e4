/** `limbic explain`: what a trained model's predictions are based on. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { type Dataset, type SplitName, splitNames } from '../../data/dataset.js'
import { closeOnFailure } from '../../disk/files.js'
import { checkRecipe } from '../../media/recipes/index.js'
import { isRemote } from '../../remote/address.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { isSynthetic, openData } from '../../runs/open-data.js'
import { checkFits, type RunRecord } from '../../runs/trained.js'
import { describeParts } from '../../use/exported/describe.js'
import { fromRun } from '../../use/open/from-run.js'
import { explainRun, sessionFor, usualSamples } from '../explaining/explain-run.js'
import { chooseMaps } from '../explaining/maps.js'
import { tellExplanation } from '../explaining/tell.js'
import { writeExplanation } from '../explaining/write.js'
import { addModelFile } from '../flags/named-model.js'
import { openBestRun } from '../terminal/best-run.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'
import { addReading, type GivenOptions, givenReading } from './data/reading.js'

interface Options extends TerminalOptions, GivenOptions, ModelFileOptions {
  readonly data?: string
  readonly split: SplitName
  readonly sample?: readonly string[]
  readonly map?: readonly string[]
  readonly heads?: boolean
  readonly out?: string
}

export function define(command: Command): void {
  addReading(addModelFile(withTerminal(command)))
    .argument(
      '<run>',
      'folder of a run; from a folder of seeds, the run with the lowest validation loss',
    )
    .option('--data <path>', "data to explain the model on (default: the run's own)")
    .addOption(
      new Option('--split <split>', 'which split to use').choices([...splitNames]).default('test'),
    )
    .option('--sample <id...>', 'explain these samples step by step')
    .option(
      '--map <name...>',
      'show only these maps, such as attention.text_to_audio (default: all)',
    )
    .option('--heads', 'show each attention head separately instead of their mean')
    .option('--out <folder>', 'where to write the page and its figures (default: RUN/explanation)')
    .addHelpText(
      'after',
      `
Writes explanation.html, every figure as SVG and the mean masks as masks.json, for ${usualSamples} samples or for
the samples named with --sample. For every model: how much each modality contributes to the prediction
(Shapley values over all subsets of the modalities, which add up to the prediction) and how much
each step contributes. For models with attention: the attention weights, with words, sound and face
on one time axis. For models that read pictures (fe2e, mesm): faces and spectrograms over time with
the attention of each layer, and for mesm the selected positions in red, for the samples and on
average by class (positions.json). For models with masks: the mean mask of every feature by class, and the masks of
the samples named.

Examples:
  $ limbic explain runs/first
  $ limbic explain runs/first --sample 'speaker003[7]' --out why
  $ limbic explain runs/mult --sample 'speaker003[7]' --map attention.text_to_audio --heads --json`,
    )
    .action(explain)
}

async function explain(path: string, options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const run = openBestRun(path, terminal, options)
  const about = describeParts(run, run.graph, run.description.dataset)
  const maps = chooseMaps(about, options.map, terminal)
  const dataset = await openRunData(run, options)
  try {
    const { split } = options
    await using model = await fromRun(run, sessionFor(maps, dataset.splits[split], about.inputs))
    const named = options.sample !== undefined
    const folder = options.out ?? run.folder.file('explanation')
    const explanation = await explainRun(run, model, dataset, { ...options, maps }, terminal)
    const files = await writeExplanation(folder, explanation, { run, dataset, split, named })
    const samples = dataset.splits[split].ids.length
    tellExplanation(explanation, { folder, files, samples }, { named }, terminal)
  } finally {
    dataset.close()
  }
}

/** The run's own data or the data named, with the features that the model reads. */
async function openRunData(run: RunRecord, { data, split, ...options }: Options): Promise<Dataset> {
  const { synthetic, ...own } = run.config.data
  const given = givenReading(options)
  if (data === undefined && !isSynthetic(own) && !isRemote(own.path) && !existsSync(own.path)) {
    throw new LimbicError("the run's data cannot be found", {
      where: own.path,
      hint: 'Give its new location with --data PATH',
    })
  }
  const dataset = await openData(
    data === undefined
      ? { ...own, ...(synthetic && { synthetic }), ...given }
      : { ...own, ...given, path: data, target: run.description.task.target },
  )
  return closeOnFailure(dataset, () => {
    checkFits(run, dataset, split)
    checkRecipe(run.description.dataset.recipe, dataset.recipe, data ?? own.path)
    return dataset
  })
}
