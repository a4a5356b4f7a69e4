/** `limbic verify`: compares models with numbers that their authors' code gave. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { renderTable } from '../../report/tables/render.js'
import type { Cell } from '../../report/tables/table.js'
import { type Comparison, passes, verifyReference } from '../../train/verify.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal.js'

export function define(command: Command): void {
  withTerminal(command.argument('<file...>', 'reference files (.safetensors)')).addHelpText(
    'after',
    `
A reference file holds a model's parameters and one batch, and what its authors' code made of
them: output, loss, gradients, and the losses of some steps of Adam. The command runs the same
and shows the largest errors; it ends with 1 where one is past its tolerance.

Example:
  $ limbic verify golden/*.safetensors`,
  )
  command.action(async (files: readonly string[], options: TerminalOptions) => {
    const terminal = openTerminal(options)
    const rows: Cell[][] = []
    let passed = true
    for (const file of files) {
      terminal.note(`Running ${file}`)
      const comparisons = await verifyReference(file)
      passed &&= passes(comparisons)
      terminal.record({ file, passed: passes(comparisons), comparisons })
      rows.push(...comparisons.map((comparison) => row(file, comparison)))
    }
    terminal.print(
      renderTable(
        {
          columns: [
            { header: 'File' },
            { header: 'What' },
            { header: 'Largest error', align: 'right' },
            { header: 'Tolerance', align: 'right' },
            { header: 'Where' },
            { header: 'Verdict' },
          ],
          rows,
        },
        'text',
      ),
    )
    terminal.print(passed ? 'All within tolerance' : 'Not all are within tolerance')
    if (!passed) process.exitCode = 1
  })
}

function row(file: string, comparison: Comparison): Cell[] {
  const { what, error, tolerance, where } = comparison
  const verdict =
    tolerance === undefined ? 'not judged' : passes([comparison]) ? 'ok' : 'PAST TOLERANCE'
  const limit = tolerance === undefined ? '' : tolerance.toExponential(0)
  return [basename(file), what, error.toExponential(1), limit, where, verdict]
}
