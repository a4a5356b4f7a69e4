/** Flags for the figures that a table shows, and their format. */
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { readCount } from '../../base/values.js'
import type { FigureStyle } from '../../experiments/summaries.js'

export interface FigureOptions {
  readonly columns?: string
  readonly digits?: string
  readonly percent?: boolean
  readonly pairs?: boolean
}

/** More digits than a float64 has. */
const mostDigits = 15

/** Adds --columns, --digits, --percent and --pairs to a command. */
export function withFigures(command: Command): Command {
  return command
    .optionsGroup('Metrics in the table:')
    .option('--columns <metric,...>', 'which metrics to show, in this order')
    .option('--digits <count|metric=count,...>', 'decimal places, for all metrics or for some')
    .option('--percent', 'show accuracy, F1 and the like as percentages')
    .option(
      '--pairs',
      'show Acc-2 and F1 of sentiment as "has0 / non0": with and without zero labels',
    )
    .optionsGroup('Options:')
}

/** The help of these flags. */
export const figuresHelp = `\
--columns takes names of metrics (as in --json) or headers of the table, and metrics of one class
such as f1.happy. CSV values are never rounded, and means, standard deviations and the two values of
a pair have separate columns.`

/** @throws LimbicError for an invalid number of digits */
export function readStyle({ columns, digits, percent, pairs }: FigureOptions): FigureStyle {
  return {
    ...(columns !== undefined && { columns: namesOf(columns) }),
    ...(digits !== undefined && { digits: readDigits(digits) }),
    ...(percent && { percent }),
    ...(pairs && { pairs }),
  }
}

function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new LimbicError('no metric given', {
    where: '--columns',
    expected: 'names separated by commas, such as mae,accuracy7',
    got: `"${text}"`,
  })
}

function readDigits(text: string): number | Record<string, number> {
  const count = (given: string) => readCount('--digits', given, 0, mostDigits)
  if (!text.includes('=')) return count(text)
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [metric = '', given = ''] = part.split('=')
      return [metric.trim(), count(given)]
    }),
  )
}
