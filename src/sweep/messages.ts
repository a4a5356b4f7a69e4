/** What a worker process and its parent say to each other. */
import type { RunConfig } from '../learn/config.js'
import type { EpochRecord, RunResults } from '../learn/records.js'
import type { RunHolder, Step, TrainingStart } from '../learn/watcher.js'
import type { Consent } from '../runs/model-file/index.js'
import type { TravellingCell } from './travel/cell.js'

/** A run to train, where its folder is locked by a file beside it. */
export interface OwnRun {
  readonly kind: 'run'
  readonly folder: string
  readonly config: RunConfig
  /** The models' files that may run. */
  readonly consents: readonly Consent[]
}

/** A run that came with a lease, which takes the place of a lock. */
export interface LeasedRun {
  readonly kind: 'leased run'
  readonly cell: TravellingCell
  /** Of the lease: no two have the same. */
  readonly token: string
  /** Where the relative paths of the cell start on this machine; as the cell says unless given. */
  readonly base?: string | undefined
  /** Whether a model's own file may run. */
  readonly allowModelFiles: boolean
}

export type ToWorker =
  | OwnRun
  | LeasedRun
  /** Between two steps, that is; what is unfinished goes on another time. */
  | { readonly kind: 'stop' }

/** How far a run is. */
export type RunReport =
  | { readonly kind: 'started'; readonly about: TrainingStart }
  | { readonly kind: 'stepped'; readonly at: Step }
  | { readonly kind: 'finished epoch'; readonly record: EpochRecord }
  /** Another process computes it, and its end is waited for. */
  | { readonly kind: 'waiting'; readonly by: RunHolder }

/** How a run ended, if it did. */
export type WorkerEnd =
  | { readonly kind: 'complete'; readonly results: RunResults }
  | { readonly kind: 'stopped' }
  /** Another process computes it. */
  | { readonly kind: 'held'; readonly by: RunHolder }
  /** A mistake of what it was given, or else a bug. */
  | { readonly kind: 'failed'; readonly message: string; readonly mistake: boolean }

export type FromWorker = RunReport | WorkerEnd

/** Tells a run's end from what comes before. */
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
