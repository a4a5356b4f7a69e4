/** `limbic compare`: runs side by side, as a table and as a page. */
import type { Command } from 'commander'
import { renderTable, tableFormats } from '../../report/tables/render.js'
import { compareGroups, writeComparison } from '../comparison.js'
import { findGroups } from '../runs.js'
import { summaryRecord, summaryTable } from '../summaries.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal.js'
import { readChoice } from '../values.js'

interface Options extends TerminalOptions {
  readonly split: string
  readonly format: string
  readonly out?: string
  readonly title: string
}

export function define(command: Command): void {
  withTerminal(
    command
      .argument('<runs...>', 'folders of runs, of their seeds, or of several of these')
      .option('--out <file>', 'write a page (HTML) with charts as well')
      .option('--title <text>', "the page's title", 'Comparison of runs')
      .option('--split <valid|test>', 'which figures', 'test')
      .option(`--format <${tableFormats.join('|')}>`, 'how the table is written', 'text'),
  ).addHelpText(
    'after',
    `
A folder of seeds is one row: the mean and the standard deviation over its seeds.

Examples:
  $ limbic compare runs/baseline runs/feedback
  $ limbic compare runs/demo --out comparison.html
  $ limbic compare runs/demo --format latex > table.tex`,
  )
  command.action(async (paths: readonly string[], options: Options) => {
    const terminal = openTerminal(options)
    const split = readChoice('--split', options.split, ['valid', 'test'])
    const format = readChoice('--format', options.format, tableFormats)
    const groups = paths.flatMap(findGroups)
    const summaries = compareGroups(groups, split)
    for (const summary of summaries) terminal.record(summaryRecord(summary, split))
    terminal.print(renderTable(summaryTable(summaries, split), format))
    if (options.out === undefined) return
    await writeComparison(options.out, options.title, groups, summaries, split)
    terminal.note(`Page: ${options.out}`)
  })
}
