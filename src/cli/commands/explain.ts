/** `limbic explain`: what a trained model's predictions are based on. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { kebab } from '../../base/text/flag.js'
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
import { recordedDataset } from '../explaining/recordings.js'
import { tellExplanation } from '../explaining/tell.js'
import { writeExplanation } from '../explaining/write.js'
import { addModelFile } from '../flags/named-model.js'
import type { ClipOptions } from '../predicting/clips.js'
import { openBestRun } from '../terminal/best-run.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'
import { addReading, type GivenOptions, givenReading } from './data/reading.js'

interface Options extends TerminalOptions, GivenOptions, ModelFileOptions, ClipOptions {
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
    .argument('[recordings...]', 'recordings to explain instead of samples of the data')
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
    .optionsGroup('Recordings:')
    .option('--words <path>', 'what is said: subtitles, JSON or text; or a folder of these')
    .option('--glove <file>', 'the word vectors of the training data')
    .option('--text-encoder <folder>', 'the text encoder or tokeniser of the training data')
    .option('--image-network <file>', 'the ONNX network for pictures of the training data')
    .option('--strict', 'refuse damaged recordings')
    .addHelpText(
      'after',
      `
Writes explanation.html, every figure as SVG and the mean masks as masks.json, for ${usualSamples} samples or for
the samples named with --sample. For every model: how much each modality contributes to the prediction
(Shapley values over all subsets of the modalities, which add up to the prediction) and how much
each step contributes. For models with attention: the attention weights, with words, sound and face
on one time axis. For models that read pictures (fe2e, mesm): faces and spectrograms over time with
the attention of each layer, and for mesm the selected positions in red, for the samples and on
average by class (positions.json). For models with masks: the mean mask of every feature by class,
and the masks of the samples named. Recordings become samples by the recipe of the training data;
the page of a single one plays it, and its figures follow.

Examples:
  $ limbic explain runs/first
  $ limbic explain runs/first --sample 'speaker003[7]' --out why
  $ limbic explain runs/mesm clip.mp4 --words clip.srt --text-encoder albert-base-v2 --out why
  $ limbic explain runs/mult --sample 'speaker003[7]' --map attention.text_to_audio --heads --json`,
    )
    .action(explain)
}

async function explain(
  path: string,
  recordings: readonly string[],
  options: Options,
): Promise<void> {
  refuseMixed(recordings, options)
  const terminal = openTerminal(options)
  const run = openBestRun(path, terminal, options)
  const about = describeParts(run, run.graph, run.description.dataset)
  const maps = chooseMaps(about, options.map, terminal)
  const dataset = await openRunData(run, options)
  try {
    const shown = recordings.length > 0 ? 'test' : options.split
    // How long recordings are is not known before the model tells how they are read.
    const session =
      recordings.length > 0
        ? { spinning: false }
        : sessionFor(maps, dataset.splits[shown], about.inputs)
    await using model = await fromRun(run, session)
    const recorded =
      recordings.length > 0
        ? await recordedDataset(model, dataset, recordings, options, terminal)
        : undefined
    const { ids: sample = options.sample } = recorded ?? {}
    const named = sample !== undefined
    const explained = recorded?.dataset ?? dataset
    const folder = options.out ?? run.folder.file('explanation')
    const found = await explainRun(
      run,
      model,
      explained,
      {
        ...{ split: shown, maps },
        ...(options.heads !== undefined && { heads: options.heads }),
        ...(sample && { sample }),
      },
      terminal,
    )
    const explanation = recorded ? { ...found, samples: recorded.timed(found.samples) } : found
    const files = await writeExplanation(folder, explanation, {
      ...{ run, dataset: explained, split: shown, named, recordings },
    })
    const samples = explained.splits[shown].ids.length
    tellExplanation(explanation, { folder, files, samples }, { named }, terminal)
  } finally {
    dataset.close()
  }
}

/** @throws LimbicError if recordings and samples are named, or what only recordings need */
function refuseMixed(recordings: readonly string[], options: Options): void {
  const { sample, words, glove, textEncoder, imageNetwork } = options
  if (recordings.length > 0 && sample !== undefined) {
    throw new LimbicError('recordings are explained in place of samples', {
      where: '--sample',
      hint: 'Leave out either the recordings or --sample',
    })
  }
  const given = { words, glove, textEncoder, imageNetwork, strict: options.strict || undefined }
  const [first] = Object.entries(given).filter(([, value]) => value !== undefined)
  if (recordings.length === 0 && first) {
    throw new LimbicError('this option applies only to recordings', {
      where: `--${kebab(first[0])}`,
      hint: 'Leave it out, or name a recording: limbic explain RUN clip.mp4',
    })
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
