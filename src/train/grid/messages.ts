/** What a grid and its workers say to each other. */
import type { RunConfig } from '../config.js'
import type { RunResults } from '../run-records.js'

export type ToWorker =
  | { readonly kind: 'run'; readonly folder: string; readonly config: RunConfig }
  /** Between two steps, that is; what is unfinished goes on another time. */
  | { readonly kind: 'stop' }

/** How far a run has come. */
export interface CellProgress {
  readonly epoch: number
  readonly epochs: number
  /** Share of all epochs that are done, from 0 to 1. */
  readonly done: number
  readonly validLoss?: number
}

/** How a run ended, if it did. */
export type WorkerEnd =
  | { readonly kind: 'complete'; readonly results: RunResults }
  | { readonly kind: 'stopped' }
  /** Another process computes it. */
  | { readonly kind: 'held'; readonly pid: number }
  /** A mistake of what it was given, or else a bug. */
  | { readonly kind: 'failed'; readonly message: string; readonly mistake: boolean }

export type FromWorker =
  | ({ readonly kind: 'progress' } & CellProgress)
  | { readonly kind: 'begun'; readonly resumedFrom: number }
  | WorkerEnd
