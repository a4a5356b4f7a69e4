/** What the training of a leased run is given. */
import type { Dataset } from '../../data/dataset.js'
import type { DataConfig } from '../../learn/config.js'
import type { RunWatcher } from '../../learn/watcher.js'
import type { LeasedRun } from '../messages.js'

export interface LeasedTraining extends LeasedRun {
  readonly watcher: RunWatcher
  readonly signal: AbortSignal
  /**
   * Opens the data, or returns that of the previous run if it is the same.
   *
   * @param digest of its files, if it has any
   */
  datasetOf(config: DataConfig, digest: string | undefined): Promise<Dataset>
}
