/** `limbic verify`: compares models with numbers that their authors' code gave. */
import type { Command } from 'commander'
import { renderTable } from '../../report/tables/render.js'
import type { Cell, Table } from '../../report/tables/table.js'
import { type Comparison, passes, verifyReference } from '../../train/verify.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal.js'

export function define(command: Command): void {
  withTerminal(command.argument('<file...>', 'reference files (.safetensors)')).addHelpText(
    'after',
    `
A reference file holds a model's parameters and one batch, and what its authors' code made of
them: output, loss, gradients, and the losses of some steps of Adam. The command runs the same
and shows the largest errors of each file; it ends with 1 where one is past its tolerance.

Example:
  $ limbic verify golden/*.safetensors`,
  )
  command.action(async (files: readonly string[], options: TerminalOptions) => {
    const terminal = openTerminal(options)
    const failed: string[] = []
    for (const file of files) {
      terminal.note(`Running ${file}`)
      const comparisons = await verifyReference(file)
      const passed = passes(comparisons)
      if (!passed) failed.push(file)
      terminal.record({ file, passed, comparisons })
      terminal.print(renderTable(tableOf(file, comparisons), 'text'))
    }
    terminal.print(
      failed.length === 0
        ? 'All within tolerance'
        : `Not within tolerance, ${failed.length} of ${files.length}: ${failed.join(', ')}`,
    )
    if (failed.length > 0) process.exitCode = 1
  })
}

function tableOf(file: string, comparisons: readonly Comparison[]): Table {
  return {
    caption: file,
    columns: [
      { header: 'What' },
      { header: 'Largest error', align: 'right' },
      { header: 'Tolerance', align: 'right' },
      { header: 'Where' },
      { header: 'Verdict' },
    ],
    rows: comparisons.map(row),
  }
}

function row(comparison: Comparison): Cell[] {
  const { what, error, tolerance, where } = comparison
  const verdict =
    tolerance === undefined ? 'not judged' : passes([comparison]) ? 'ok' : 'PAST TOLERANCE'
  const limit = tolerance === undefined ? '' : tolerance.toExponential(0)
  return [what, error.toExponential(1), limit, where, verdict]
}
