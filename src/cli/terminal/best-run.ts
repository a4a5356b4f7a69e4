/** The run of a folder that is worth using. */
import { bestRun } from '../../runs/best-run.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import { type RunRecord, readRun } from '../../runs/trained.js'
import type { Terminal } from './terminal.js'

/**
 * Opens the run of a folder, or of several seeds the one with the lowest validation loss, which is
 * said, as it is of a run that is not complete.
 *
 * @throws LimbicError if there is none that has weights, a file of it is damaged, or its model is a
 * file that nobody has consented to
 */
export function openBestRun(
  path: string,
  terminal: Terminal,
  options: ModelFileOptions = {},
): RunRecord {
  const { run, chosen } = bestRun(path)
  const opened = readRun(run, options)
  if (chosen) {
    const loss = chosen.loss.toFixed(4)
    terminal.note(
      `Using seed ${opened.config.seed}, which has the lowest validation loss of ${chosen.of} (${loss})`,
    )
  }
  return marked(opened, terminal)
}

/** Says of a run that is not complete that it is not. */
function marked(run: RunRecord, terminal: Terminal): RunRecord {
  if (run.unfinished) terminal.note(`${run.folder.path}: ${describeSoFar(run.unfinished)}`)
  return run
}
