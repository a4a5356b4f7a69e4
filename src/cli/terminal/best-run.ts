/** Opens the best run of a folder. */
import { bestRun } from '../../runs/best-run.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import { type RunRecord, readRun } from '../../runs/trained.js'
import type { Terminal } from './terminal.js'

/**
 * Opens the run of a folder, or the one of several seeds with the lowest validation loss. A remark
 * says which one was chosen, and whether it is incomplete.
 *
 * @throws LimbicError if no run has weights, a file of the run is damaged, or its model file has
 * not been allowed
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

/** A remark on a run that is not complete. */
function marked(run: RunRecord, terminal: Terminal): RunRecord {
  if (run.unfinished) terminal.note(`${run.folder.path}: ${describeSoFar(run.unfinished)}`)
  return run
}
