/** The request for a run, its outcome, and what its trainings share. */
import type { Dataset } from '../../data/dataset.js'
import type { Parameter } from '../../graph/index.js'
import type { RunConfig } from '../../learn/config.js'
import type { Beginning, RunResults } from '../../learn/records.js'
import type { RunWatcher } from '../../learn/watcher.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { Task } from '../../task/task.js'
import type { RunFolder } from '../folder.js'

export interface RunRequest {
  readonly config: RunConfig
  readonly dataset: Dataset
  /** Where the run is kept; an interrupted run there goes on, a complete one is given back. */
  readonly folder: string
  readonly watcher?: RunWatcher
  /** Stops the run between two steps; the epoch under way is lost, nothing else. */
  readonly signal?: AbortSignal
}

export type RunOutcome =
  | { readonly state: 'complete'; readonly results: RunResults }
  | { readonly state: 'stopped'; readonly epoch: number }

/** Everything that the trainings of a run share. */
export interface Parts {
  readonly request: RunRequest
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly folder: RunFolder
  readonly session: SessionOptions
  /** The model's, in the order of their declaration. */
  readonly parameters: readonly Parameter[]
  /** Parameters that the model is given instead of starting at random, by name. */
  readonly given: ReadonlyMap<string, Float32Array>
  /** What of them comes from another run, where this one begins now. */
  readonly beginning?: Beginning
}
