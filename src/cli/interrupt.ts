/** Ctrl-C, and what a service manager sends instead. */
import { exitCodes } from './failure.js'

/**
 * Runs work that can be stopped: the first interruption aborts the signal, the second ends the
 * program at once.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const control = new AbortController()
  const interrupt = () => {
    if (control.signal.aborted) {
      // A progress bar may have hidden the cursor.
      if (process.stderr.isTTY) process.stderr.write('\u001b[?25h')
      process.exit(exitCodes.interrupted)
    }
    control.abort()
    process.stderr.write('\nStopping after this step (once more to end at once)\n')
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    return await work(control.signal)
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
