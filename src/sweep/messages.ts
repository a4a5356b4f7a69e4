/** What a grid and its workers say to each other. */
import type { RunConfig } from '../learn/config.js'
import type { EpochRecord, RunResults } from '../learn/records.js'
import type { RunHolder, Step, TrainingStart } from '../learn/watcher.js'
import type { Consent } from '../runs/model-file/index.js'

export type ToWorker =
  | {
      readonly kind: 'run'
      readonly folder: string
      readonly config: RunConfig
      /** The models' files that may run. */
      readonly consents: readonly Consent[]
    }
  /** Between two steps, that is; what is unfinished goes on another time. */
  | { readonly kind: 'stop' }

/** How a run ended, if it did. */
export type WorkerEnd =
  | { readonly kind: 'complete'; readonly results: RunResults }
  | { readonly kind: 'stopped' }
  /** Another process computes it. */
  | { readonly kind: 'held'; readonly by: RunHolder }
  /** A mistake of what it was given, or else a bug. */
  | { readonly kind: 'failed'; readonly message: string; readonly mistake: boolean }

export type FromWorker =
  | { readonly kind: 'started'; readonly about: TrainingStart }
  | { readonly kind: 'stepped'; readonly at: Step }
  | { readonly kind: 'finished epoch'; readonly record: EpochRecord }
  | WorkerEnd
