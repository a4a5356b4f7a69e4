/** `limbic explain`: what a trained model's answers rest on, and what it looked at. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { type Dataset, type SplitName, splitNames } from '../../data/types.js'
import { LimbicError } from '../../errors.js'
import {
  type ClassGrouping,
  chooseSamples,
  explainMasks,
  explainSamples,
  groupByClass,
  type MeanMasks,
  modelFacts,
} from '../../explain/index.js'
import { writeContentSafely } from '../../files.js'
import { spreadOf } from '../../metrics/index.js'
import type { Modality } from '../../modalities.js'
import { explainPage } from '../../report/pages/explanation/page.js'
import { contributionMethod, renderContributions } from '../../report/text/contributions.js'
import { predictionGraph } from '../../train/graphs.js'
import { isSynthetic, openData } from '../../train/open-data.js'
import { checkFits, type TrainedRun } from '../../train/trained.js'
import { suggest } from '../../validation.js'
import { version } from '../../version.js'
import { openBestRun } from '../best-run.js'
import { contributionsOf } from '../explaining/contributions.js'
import { withPredict } from '../explaining/session.js'
import { openTerminal, type Terminal, type TerminalOptions, withTerminal } from '../terminal.js'
import { wrap } from '../wrap.js'
import { addReading, type GivenOptions, givenReading } from './data/reading.js'

interface Options extends TerminalOptions, GivenOptions {
  readonly data?: string
  readonly split: SplitName
  readonly sample?: readonly string[]
  readonly map?: readonly string[]
  readonly heads?: boolean
  readonly out?: string
}

/** So many samples are shown where none is named. */
const usualSamples = 4

export function define(command: Command): void {
  addReading(withTerminal(command))
    .argument('<run>', 'a folder of limbic train; of several seeds the best by validation loss')
    .option('--data <path>', "the data to explain it on; the run's own unless given")
    .addOption(
      new Option('--split <split>', 'which part of them').choices([...splitNames]).default('test'),
    )
    .option('--sample <id...>', 'explain this sample, or several, step by step')
    .option('--map <name...>', 'only these maps, such as attention.text_to_audio; all unless given')
    .option('--heads', 'each head of an attention on its own, rather than their mean')
    .option('--out <folder>', 'where to write the page and its figures (default: RUN/explanation)')
    .addHelpText(
      'after',
      `
Writes explanation.html, each figure as SVG and the mean masks as masks.json, on ${usualSamples} samples or on
those named. For every model: what its answer rests on, by leaving out text, audio, vision in turn and
together (Shapley values, which add up to the answer), and one step after another. For models with
attention: where they looked, whose words, sound and face are laid over the same axis of time. For
models with masks: the mean mask on every feature over the classes, and the masks of the samples that
are named.

Examples:
  $ limbic explain runs/first
  $ limbic explain runs/first --sample "speaker003[7]" --out why
  $ limbic explain runs/mult --sample "speaker003[7]" --map attention.text_to_audio --heads --json`,
    )
    .action(explain)
}

async function explain(path: string, options: Options): Promise<void> {
  const terminal = openTerminal(options)
  const run = openBestRun(path, terminal)
  const { model, widths, task } = run
  const known = [...predictionGraph(model, widths, task, 'all').outputs.keys()].filter((name) =>
    /^(attention|mask)\./.test(name),
  )
  if (known.length === 0 && options.map) {
    throw new LimbicError(`${model.model.name} has neither masks nor attention to show`, {
      where: '--map',
      expected: 'a model that attends to something, or makes masks',
      hint: 'Leave out --map: what inputs and steps contribute is shown for every model',
    })
  }
  const maps = options.map?.map((name) => fullName(name, known)) ?? known
  const masked = maps.some((name) => name.startsWith('mask.'))
  if (!masked && options.map === undefined) {
    terminal.note(
      known.length > 0
        ? `${model.model.name} makes no masks as it was trained: its attention and what contributes is shown`
        : `${model.model.name} has neither attention nor masks as it was trained: what inputs and steps contribute is shown`,
    )
  }
  const dataset = openRunData(run, options)
  try {
    await explainOn(dataset, run, { maps, masked }, options, terminal)
  } finally {
    dataset.close()
  }
}

function openRunData(run: TrainedRun, options: Options): Dataset {
  const { synthetic, ...own } = run.config.data
  const given = givenReading(options)
  if (options.data === undefined && !isSynthetic(own) && !existsSync(own.path)) {
    throw new LimbicError('the data of the run are no longer there', {
      where: own.path,
      hint: 'Say where they are now with --data PATH',
    })
  }
  const dataset = openData(
    options.data === undefined
      ? { ...own, ...(synthetic && { synthetic }), ...given }
      : { ...own, ...given, path: options.data },
  )
  try {
    checkFits(run, dataset, options.split)
  } catch (error) {
    dataset.close()
    throw error
  }
  return dataset
}

async function explainOn(
  dataset: Dataset,
  run: TrainedRun,
  { maps, masked }: { readonly maps: readonly string[]; readonly masked: boolean },
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const { model, widths, task, thresholds } = run
  const split = dataset.splits[options.split]
  const grouping = groupByClass(task)
  const read = model.requires
  const rows = options.sample
    ? rowsOf(split.ids, options.sample, `${dataset.name}, split ${options.split}`)
    : chooseSamples(split, grouping, { count: usualSamples, modalities: read })
  const { masks, looked } = await withPredict(run, maps, async (predict) => ({
    masks: masked ? await explainMasks(predict, split, { grouping, modalities: read }) : undefined,
    looked: await explainSamples(predict, split, rows, {
      task,
      modalities: read,
      aligned: dataset.aligned,
      masks: options.sample !== undefined,
      heads: options.heads ? 'each' : 'mean',
      thresholds,
    }),
  }))
  const { facts, found } = await contributionsOf(run, dataset, options.split, rows, terminal)
  const samples = looked.map((sample, place) => {
    const contributions = found[place]
    return contributions ? { ...sample, contributions } : sample
  })
  const steps: Partial<Record<Modality, number>> = {}
  for (const modality of read) {
    const { median } = spreadOf(split.sequences[modality]?.lengths ?? [])
    steps[modality] = Math.round(median)
  }
  const { name, synthetic } = dataset
  const page = await explainPage({
    model: modelFacts(model, widths, task, steps),
    data: { name, synthetic, split: options.split, samples: split.ids.length },
    ...(masks && { masks }),
    classTitle: { regression: 'Sentiment', classification: 'Class', multilabel: 'Emotion' }[
      task.kind
    ],
    samples,
    samplesNamed: options.sample !== undefined,
    contributions: facts,
    facts: [
      ['Run', run.folder.path],
      ['Seed', String(run.config.seed)],
    ],
    footer: `limbic ${version}, limbic explain`,
  })
  const folder = options.out ?? run.folder.file('explanation')
  const files = new Map<string, string>()
  for (const [figure, svg] of page.figures) files.set(`${figure}.svg`, svg)
  if (masks) files.set('masks.json', `${JSON.stringify(plainMasks(masks))}\n`)
  // The page last: once it is there, all is.
  files.set('explanation.html', page.html)
  for (const [file, content] of files) writeContentSafely(join(folder, file), content)
  const method = contributionMethod(facts)
  terminal.record({
    folder,
    files: [...files.keys()],
    ...(masks && { masks: plainMasks(masks) }),
    contributions: { ...facts, method: method.join(' ') },
    samples,
  })
  if (masks) describeMasks(masks, grouping, terminal)
  for (const [place, { id, truth, prediction, lanes = [] }] of samples.entries()) {
    terminal.print(`sample ${id}: true ${truth}, predicted ${prediction}`)
    const contributions = found[place]
    if (contributions) terminal.print(renderContributions(contributions, options.sample && lanes))
    if (options.sample) terminal.print('')
  }
  if (options.sample) {
    for (const paragraph of method) terminal.print(`${wrap(paragraph, 98).join('\n')}\n`)
  } else {
    terminal.note(
      'an average input has the means of training at every step; the parts are Shapley values: they measure the model, not the cause',
    )
  }
  terminal.print(`${join(folder, 'explanation.html')} and ${files.size - 1} files beside it`)
}

/** Ranges by modality, and the classes that the data cannot say anything of. */
function describeMasks(masks: MeanMasks, { names }: ClassGrouping, terminal: Terminal): void {
  for (const { modality, width, means } of masks.modalities) {
    const values = means.flatMap((mean) => (mean ? [...mean] : []))
    const [low, high] = [Math.min(...values), Math.max(...values)]
    terminal.print(
      `mask on ${modality}: ${width} features, means from ${low.toFixed(3)} to ${high.toFixed(3)}`,
    )
  }
  const empty = names.filter((_, index) => masks.counts[index] === 0)
  if (empty.length > 0) {
    terminal.note(`no sample of ${empty.join(', ')}: these classes stay blank in the figures`)
  }
}

function plainMasks({ classNames, counts, modalities }: MeanMasks) {
  return {
    classNames,
    counts,
    modalities: modalities.map(({ modality, width, means }) => ({
      modality,
      width,
      means: means.map((mean) => mean && [...mean]),
    })),
  }
}

/** A map by its whole name, or by what follows "attention.". */
function fullName(name: string, known: readonly string[]): string {
  const found = known.find((one) => one === name || one === `attention.${name}`)
  if (found !== undefined) return found
  throw new LimbicError(`there is no map "${name}"`, { where: '--map', hint: suggest(name, known) })
}

function rowsOf(ids: readonly string[], wanted: readonly string[], where: string): number[] {
  return wanted.map((id) => {
    const row = ids.indexOf(id)
    if (row >= 0) return row
    throw new LimbicError(`no sample "${id}"`, { where, hint: suggestId(id, ids) })
  })
}

function suggestId(id: string, ids: readonly string[]): string {
  const answer = suggest(id, ids)
  return answer.startsWith('Known:') ? `Known are ${ids.slice(0, 5).join(', ')}, ...` : answer
}
