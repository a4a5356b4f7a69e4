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
  /** The run's folder; an interrupted run in it is resumed, a complete one returned. */
  readonly folder: string
  readonly watcher?: RunWatcher
  /** Stops the run between two steps; only the current epoch is lost. */
  readonly signal?: AbortSignal
}

export type RunOutcome =
  | { readonly state: 'complete'; readonly results: RunResults }
  | { readonly state: 'stopped'; readonly epoch: number }

/** What the trainings of a run share. */
export interface Parts {
  readonly request: RunRequest
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly folder: RunFolder
  readonly session: SessionOptions
  /** The model's parameters, in order of declaration. */
  readonly parameters: readonly Parameter[]
  /** Given parameters, which do not start at random, by name. */
  readonly given: ReadonlyMap<string, Float32Array>
  /** Those taken from another run, if this one starts now. */
  readonly beginning?: Beginning
}
