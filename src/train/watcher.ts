import type { EpochRecord } from './run-records.js'

/** What a run tells whoever watches. */
export interface RunWatcher {
  /** A training begins or goes on: the run's, or that of one of its stages. */
  started?(about: {
    parameters: number
    batches: number
    epochs: number
    resumedFrom: number
    stage?: string
    /** Which stage it is, from 1, and how many there are. */
    turn?: { readonly number: number; readonly count: number }
    /** On training and validation data together, for as many epochs as were best before. */
    refit: boolean
  }): void
  stepped?(at: {
    epoch: number
    batch: number
    batches: number
    loss: number
    samples: number
  }): void
  finishedEpoch?(record: EpochRecord): void
}
