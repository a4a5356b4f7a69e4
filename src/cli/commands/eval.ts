/** `limbic eval`: the metrics of trained models on their own data or other data. */
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { readChoice } from '../../base/values.js'
import { type SplitName, splitNames } from '../../data/dataset.js'
import { requireSameData } from '../../experiments/compare/groups.js'
import { summaryRecord, summaryTable } from '../../experiments/summaries.js'
import { renderTable, type TableFormat, tableFormats } from '../../report/tables/render.js'
import { findRuns } from '../../runs/find.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { evaluatePath } from '../evaluating/evaluate-path.js'
import { readMissing } from '../evaluating/missing.js'
import { drawMissing } from '../evaluating/missing-chart.js'
import { runFlags } from '../flags/configuration.js'
import { type FigureOptions, figuresHelp, readStyle, withFigures } from '../flags/figures.js'
import { addFlags, type Flag, readFlags } from '../flags/flags.js'
import { addModelFile } from '../flags/named-model.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, ModelFileOptions, FigureOptions {
  readonly split: SplitName
  readonly format: TableFormat
  readonly missing?: readonly string[]
  readonly chart?: string
}

/** How data is read may change, but not how it is fed to the model. */
const fixed = ['target', 'standardise', 'vectors']
const dataFlags: Readonly<Record<string, readonly Flag[]>> = Object.fromEntries(
  Object.entries(runFlags)
    .filter(([heading]) => /data/i.test(heading))
    .map(([heading, flags]) => [heading, flags.filter(({ name }) => !fixed.includes(name))]),
)

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument('<run...>', 'folders of runs, or of several seeds')
    .option('--split <train|valid|test>', 'which split to use', 'test')
    .option(`--format <${tableFormats.join('|')}>`, 'output format of the table', 'text')
    .option(
      '--missing <inputs...>',
      'leave inputs out of a growing share of the samples: audio, audio=0.3 or audio+vision=0.2,0.5',
    )
    .option('--chart <file.svg>', 'with --missing: draw the first metric over the shares')
  withFigures(command)
  for (const [heading, flags] of Object.entries(dataFlags)) addFlags(command, flags, heading)
  command.addHelpText(
    'after',
    `
Without --data a run is evaluated on the data set it was trained on. Other data must have the same
features, and is standardised with the statistics of the training data.

--missing audio evaluates with the audio of 0, 25, 50, 75 and 100 % of the samples missing. Which
samples lack it depends on the run's seed; those that lack it at one share lack it at every higher one.

${figuresHelp}

Examples:
  $ limbic eval runs/first
  $ limbic eval runs/first --data other.pkl --split test --json
  $ limbic eval runs/plain runs/dropout --missing audio vision --chart missing.svg`,
  )
  command.action(async (paths: readonly string[], options: Options) => {
    const terminal = openTerminal(options)
    const split = readChoice('--split', options.split, splitNames)
    const format = readChoice('--format', options.format, tableFormats)
    const style = readStyle(options)
    const rows = readMissing(options.missing ?? [])
    if (options.chart !== undefined && rows.length === 1) {
      throw new LimbicError('--chart needs --missing with a share above 0', {
        hint: 'Name the inputs to leave out, such as --missing audio',
      })
    }
    const given = readFlags(Object.values(dataFlags).flat(), command.opts())
    const evaluated = []
    for (const [path, name] of namesOf(paths)) {
      evaluated.push(await evaluatePath(path, { name, split, rows, given, options, terminal }))
    }
    const groups = evaluated.flat()
    requireSameData(
      groups.map(({ summary }) => summary),
      split,
    )
    for (const { summary } of groups) {
      terminal.record({ event: 'summary', ...summaryRecord(summary, split) })
    }
    const table = summaryTable(
      groups.map(({ summary }) => summary),
      split,
      style,
    )
    terminal.show(renderTable(table, format))
    if (options.chart !== undefined) {
      await drawMissing(options.chart, groups, { split, style })
      terminal.note(`Wrote ${options.chart}`)
    }
  })
}

/** The names of runs by path: their folders', or the paths where folders have the same name. */
function namesOf(paths: readonly string[]): Map<string, string> {
  const names = new Map(paths.map((path) => [path, findRuns(path).name]))
  const isShared = (name: string) => [...names.values()].filter((own) => own === name).length > 1
  return new Map([...names].map(([path, name]) => [path, isShared(name) ? path : name]))
}
