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
        .argument(
          '<runs...>',
          'run folders, folders of seeds, or folders that contain several of these',
        )
        .option(
          '--out <folder>',
          'where to write report.html, its figures, and table.csv, .md and .tex',
        )
        .option('--title <text>', "the page's title", 'Comparison of runs')
        .option('--split <valid|test>', 'which split the metrics are from', 'test')
        .option(
          '--metric <name>',
          'the metric to test differences in (default: the first one in the table)',
        )
        .option(
          `--test <${groupTests.join('|')}>`,
          'the significance test (default: paired if every group has the same seeds, otherwise unpaired)',
        )
        .option('--against <best|name>', 'the group that the others are tested against', 'best')
        .option(`--format <${tableFormats.join('|')}>`, 'output format of the tables', 'text'),
    ),
  ).addHelpText(
    'after',
    `
A folder of seeds is one row: mean and standard deviation over its seeds. Runs named one by one that
differ only in seed or fold also form one row. Each group is tested against the best group, or
against the one named with --against, with Holm's correction over the table; stars mark corrected
p-values: * p < .05, ** p < .01, *** p < .001. Runs with the same seed and fold form pairs: "paired"
is Student's paired t-test, "wilcoxon" the signed-rank test. For independent groups, "unpaired" is
Welch's t-test and "pooled" Student's t-test, which assumes equal variances. Unfinished runs are
evaluated with their best weights so far, and marked. If --out ends in .html, only the page is
written.

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
    const { groups, differences, table, significance, remarks, write } = await compareRuns(paths, {
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
    for (const remark of remarks) {
      terminal.record({ event: 'remark', text: remark })
      terminal.note(remark)
    }
    const { out, title } = options
    if (out === undefined) return
    const files = await write(out, title)
    const page = files.at(-1) ?? out
    terminal.note(
      files.length === 1 ? `Page: ${page}` : `${page} and ${files.length - 1} more files`,
    )
  })
}
