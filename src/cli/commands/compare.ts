/** `limbic compare`: runs side by side, as a table and as a page. */

import type { Command } from 'commander'
import { readChoice } from '../../base/values.js'
import { compareRuns } from '../../experiments/compare/compare.js'
import { summaryRecord } from '../../experiments/summaries.js'
import { groupTests } from '../../metrics/significance/compare-groups.js'
import { renderTable, tableFormats } from '../../report/tables/render.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { type FigureOptions, figuresHelp, readStyle, withFigures } from '../flags/figures.js'
import { addModelFile } from '../flags/named-model.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, ModelFileOptions, FigureOptions {
  readonly split: string
  readonly format: string
  readonly out?: string
  readonly title: string
  readonly metric?: string
  readonly test?: string
  readonly against: string
}

export function define(command: Command): void {
  withFigures(
    addModelFile(
      withTerminal(command)
        .argument('<runs...>', 'folders of runs, of their seeds, or of several of these')
        .option('--out <folder>', 'write report.html, its figures, and table.csv, .md and .tex')
        .option('--title <text>', "the page's title", 'Comparison of runs')
        .option('--split <valid|test>', 'which figures', 'test')
        .option(
          '--metric <name>',
          'what differences are tested in; the first of the table unless given',
        )
        .option(
          `--test <${groupTests.join('|')}>`,
          'how: unless given, paired where every group has the same seeds, and unpaired otherwise',
        )
        .option('--against <best|name>', 'the group that the others are held against', 'best')
        .option(`--format <${tableFormats.join('|')}>`, 'how the tables are written', 'text'),
    ),
  ).addHelpText(
    'after',
    `
A folder of seeds is one row: the mean and the standard deviation over its seeds. Runs named one by
one that differ in seed or fold alone are one row, too. Each group is tested against the best one,
or against the one named, with Holm's correction over the table; stars mark what remains:
* p < .05, ** p < .01, *** p < .001. Of pairs, runs of the same seed and fold, paired is Student's
t-test and wilcoxon the signed-rank test. Of independent groups, unpaired is Welch's t-test, and
pooled Student's, for groups that vary alike. Unfinished runs are measured by their best weights so far,
and marked. Where --out ends in .html, only the page is written,
there.

${figuresHelp}

Examples:
  $ limbic compare runs/baseline runs/feedback
  $ limbic compare runs/demo --metric f1ZerosExcluded --against baseline --test wilcoxon
  $ limbic compare runs/demo --out comparison
  $ limbic compare runs/demo --columns mae,acc-7,acc-2 --percent --pairs --format latex > table.tex`,
  )
  command.action(async (paths: readonly string[], options: Options) => {
    const terminal = openTerminal(options)
    const split = readChoice('--split', options.split, ['valid', 'test'])
    const format = readChoice('--format', options.format, tableFormats)
    const test =
      options.test === undefined ? undefined : readChoice('--test', options.test, groupTests)
    const { groups, differences, table, significance, write } = await compareRuns(paths, {
      split,
      allowModelFile: options.allowModelFile,
      ...(options.metric !== undefined && { metric: options.metric }),
      ...(test && { test }),
      against: options.against,
      style: readStyle(options),
    })
    for (const summary of groups) terminal.record(summaryRecord(summary, split))
    if (differences) terminal.record({ event: 'comparison', ...differences })
    terminal.show(renderTable(table, format))
    if (significance) terminal.show(renderTable(significance, format))
    const { out, title } = options
    if (out === undefined) return
    const files = await write(out, title)
    const page = files.at(-1) ?? out
    terminal.note(
      files.length === 1 ? `Page: ${page}` : `${page} and ${files.length - 1} files beside it`,
    )
  })
}
