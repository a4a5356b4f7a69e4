/** Events that a run reports. */
import type { Beginning, EpochRecord } from './records.js'

/** Receives the events of a run. */
export interface RunWatcher {
  /** A training starts or resumes: the run's, or that of one of its stages. */
  started?(about: TrainingStart): void
  stepped?(at: Step): void
  finishedEpoch?(record: EpochRecord): void
  /** Another process is computing the run, and this one waits for it. */
  waiting?(holder: RunHolder): void
}

/** The process that computes a run. */
export interface RunHolder {
  readonly pid: number
  readonly host: string
  /** When it started, by its own clock. */
  readonly since?: string | undefined
  /** Its lock file. */
  readonly lock: string
}

/** A training that starts or resumes. */
export interface TrainingStart {
  readonly parameters: number
  readonly batches: number
  /** The maximum number of epochs. */
  readonly epochs: number
  readonly resumedFrom: number
  readonly stage?: string
  /** The number of the stage, from 1, and how many there are. */
  readonly turn?: { readonly number: number; readonly count: number }
  /**
   * Whether it trains on the training and validation splits together, for the best number of epochs
   * found before.
   */
  readonly refit: boolean
  /** The initial weights from another run, if it starts now and has any. */
  readonly beginning?: Beginning
  /** Its share of the run, by the maximum number of epochs of each part. */
  readonly share: Share
}

/** A part of a run, which goes from 0 to 1. */
export interface Share {
  readonly from: number
  readonly to: number
}

/** A completed step. */
export interface Step {
  readonly epoch: number
  readonly batch: number
  readonly batches: number
  readonly loss: number
  readonly samples: number
}

/** The share of its run that a training has completed, from 0 to 1, after a batch of an epoch. */
export function shareDone(
  { share, epochs }: Pick<TrainingStart, 'share' | 'epochs'>,
  { epoch, batch, batches }: Pick<Step, 'epoch' | 'batch' | 'batches'>,
): number {
  return within(share, (epoch - 1 + batch / batches) / epochs)
}

/** Reports a part of a run with its share of the whole. */
export function watchPart(watcher: RunWatcher, part: Share): RunWatcher {
  return {
    started: (about) => {
      const { from, to } = about.share
      watcher.started?.({ ...about, share: { from: within(part, from), to: within(part, to) } })
    },
    stepped: (at) => watcher.stepped?.(at),
    finishedEpoch: (record) => watcher.finishedEpoch?.(record),
    waiting: (holder) => watcher.waiting?.(holder),
  }
}

function within({ from, to }: Share, share: number): number {
  return from + (to - from) * share
}
