/** `limbic verify`: compares models with reference numbers from their authors' code. */
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { renderTable } from '../../report/tables/render.js'
import type { Cell, Table } from '../../report/tables/table.js'
import { type Comparison, passes, verifyReference } from '../../verify/verify.js'
import { exitCodes, reportFailure } from '../terminal/failure.js'
import { setExitCode } from '../terminal/streams.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'

export function define(command: Command): void {
  withTerminal(command.argument('<file...>', 'reference files (.safetensors)')).addHelpText(
    'after',
    `
A reference file contains a model's parameters, one batch, and what the authors' code computes from
them: output, loss, gradients, and the losses of a few steps of Adam. The command computes the same
and shows the largest error per quantity. Exit code 1: an error exceeds its tolerance. Exit code 2: a
file cannot be read or is not a reference file; the other files are still checked.

Example:
  $ limbic verify golden/*.safetensors`,
  )
  command.action(async (files: readonly string[], options: TerminalOptions) => {
    const terminal = openTerminal(options)
    const failed: string[] = []
    const unfit: string[] = []
    for (const file of files) {
      terminal.note(`Running ${file}`)
      const comparisons = await compareOrSay(terminal, file)
      if (!comparisons) {
        unfit.push(file)
        continue
      }
      const passed = passes(comparisons)
      if (!passed) failed.push(file)
      terminal.record({ file, passed, comparisons })
      terminal.show(renderTable(tableOf(file, comparisons), 'text'))
    }
    for (const line of verdict(files.length, failed, unfit)) terminal.print(line)
    if (failed.length > 0) setExitCode(1)
    else if (unfit.length > 0) setExitCode(exitCodes.mistake)
  })
}

/** Undefined, with a remark, if the file cannot be compared. */
async function compareOrSay(
  terminal: Terminal,
  file: string,
): Promise<readonly Comparison[] | undefined> {
  try {
    return await verifyReference(file)
  } catch (error) {
    if (!(error instanceof LimbicError)) throw error
    terminal.record({ file, passed: false, error: error.message })
    reportFailure(error)
    return undefined
  }
}

function verdict(count: number, failed: readonly string[], unfit: readonly string[]): string[] {
  const compared = count - unfit.length
  const lines =
    unfit.length > 0 ? [`Not compared, ${unfit.length} of ${count}: ${unfit.join(', ')}`] : []
  if (failed.length > 0) {
    return [...lines, `Not within tolerance, ${failed.length} of ${count}: ${failed.join(', ')}`]
  }
  if (compared === 0) return lines
  return [
    ...lines,
    unfit.length > 0 ? `Within tolerance: ${compared} of ${count}` : 'All within tolerance',
  ]
}

function tableOf(file: string, comparisons: readonly Comparison[]): Table {
  return {
    caption: file,
    columns: [
      { header: 'Quantity' },
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
    tolerance === undefined ? 'no tolerance' : passes([comparison]) ? 'ok' : 'EXCEEDS TOLERANCE'
  const limit = tolerance === undefined ? '' : tolerance.toExponential(0)
  return [what, error.toExponential(1), limit, where, verdict]
}
