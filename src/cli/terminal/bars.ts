/** Bars of progress, which show names of runs, rows and stages. */
import progress, { type Options } from 'cli-progress'
import { oneLine } from '../../base/text/clean.js'
import { streams } from './streams.js'

/**
 * The options of a bar on standard error. Names that it shows are made harmless, whatever they hold.
 *
 * @param format the line, with what is shown in braces
 */
export function barOptions(format: string): Options {
  return {
    format: (options, params, payload: Readonly<Record<string, unknown>>) => {
      const shown = Object.entries(payload).map(([name, value]) => [
        name,
        typeof value === 'string' ? oneLine(value) : value,
      ])
      return progress.Format.Formatter({ ...options, format }, params, Object.fromEntries(shown))
    },
    stream: streams().stderr,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is handled by the command, which stops between two steps.
    gracefulExit: false,
  }
}
