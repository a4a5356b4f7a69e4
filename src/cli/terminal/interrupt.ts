/** Handles Ctrl-C, and the signal that a service manager sends instead. */
import { exitCodes } from './failure.js'
import { streams } from './streams.js'

const freshLine = '\r\u001b[K'

/**
 * Runs work that can be interrupted: the first interruption aborts the signal, the second ends the
 * program immediately.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const control = new AbortController()
  const { stderr } = streams()
  const interrupt = () => {
    if (control.signal.aborted) {
      // A progress bar may have hidden the cursor.
      if (stderr.isTTY) stderr.write('\u001b[?25h')
      process.exit(exitCodes.interrupted)
    }
    control.abort()
    // On a terminal the progress bar owns the line and shows this too, until it is redrawn.
    const notice = 'Stopping after this step (press again to quit now)'
    stderr.write(stderr.isTTY ? `${freshLine}${notice}` : `${notice}\n`)
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    return await work(control.signal)
  } finally {
    if (control.signal.aborted && stderr.isTTY) stderr.write(freshLine)
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
