/** Progress bars, which show names of runs, rows and stages. */
import progress, { type Options } from 'cli-progress'
import { oneLine } from '../../base/text/clean.js'
import { streams } from './streams.js'

/**
 * The options of a progress bar on standard error. Names that it shows are escaped.
 *
 * @param format the line, with placeholders in braces
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
    // The command handles Ctrl-C and stops between two steps.
    gracefulExit: false,
  }
}
