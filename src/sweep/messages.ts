/** Messages between a worker process and its parent. */
import type { RunConfig } from '../learn/config.js'
import type { EpochRecord, RunResults } from '../learn/records.js'
import type { RunHolder, Step, TrainingStart } from '../learn/watcher.js'
import type { Consent } from '../runs/model-file/index.js'
import type { TravellingCell } from './travel/cell.js'

/** A run to train in a folder that is locked by a file beside it. */
export interface OwnRun {
  readonly kind: 'run'
  readonly folder: string
  readonly config: RunConfig
  /** The model files that may be executed. */
  readonly consents: readonly Consent[]
}

/** A leased run; the lease takes the place of a lock. */
export interface LeasedRun {
  readonly kind: 'leased run'
  readonly cell: TravellingCell
  /** Unique to the lease. */
  readonly token: string
  /**
   * The folder that the cell's relative paths start from on this machine; by default, the cell's
   * own base.
   */
  readonly base?: string | undefined
  /** Whether a model's own file may be executed. */
  readonly allowModelFiles: boolean
}

export type ToWorker =
  | OwnRun
  | LeasedRun
  /** Stops between two steps; an unfinished run can be resumed. */
  | { readonly kind: 'stop' }

/** The training that a report is about, for those who have not heard of its start. */
export type ReportedTraining = Omit<TrainingStart, 'beginning'>

/** The progress of a run. */
export type RunReport =
  | { readonly kind: 'started'; readonly about: TrainingStart }
  | { readonly kind: 'stepped'; readonly at: Step; readonly of?: ReportedTraining }
  | {
      readonly kind: 'finished epoch'
      readonly record: EpochRecord
      readonly of?: ReportedTraining
    }
  /** Another process is training it; the run is tried again later. */
  | { readonly kind: 'waiting'; readonly by: RunHolder }

/** How a run ended, or why it did not. */
export type WorkerEnd =
  | { readonly kind: 'complete'; readonly results: RunResults }
  | { readonly kind: 'stopped' }
  /** Another process is training it. */
  | { readonly kind: 'held'; readonly by: RunHolder }
  /** Invalid input if `mistake` is true, otherwise a bug. */
  | { readonly kind: 'failed'; readonly message: string; readonly mistake: boolean }

export type FromWorker = RunReport | WorkerEnd

/** Whether a message is the last of its run. */
export function isEnd(message: FromWorker): message is WorkerEnd {
  switch (message.kind) {
    case 'complete':
    case 'stopped':
    case 'held':
    case 'failed':
      return true
    default:
      return false
  }
}
