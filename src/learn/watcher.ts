/** What a run tells whoever watches it. */
import type { Beginning, EpochRecord } from './records.js'

/** What a run tells whoever watches. */
export interface RunWatcher {
  /** A training begins or goes on: the run's, or that of one of its stages. */
  started?(about: TrainingStart): void
  stepped?(at: Step): void
  finishedEpoch?(record: EpochRecord): void
  /** Another process computes the run, and its end is waited for. */
  waiting?(holder: RunHolder): void
}

/** The process that computes a run. */
export interface RunHolder {
  readonly pid: number
  readonly host: string
  /** When it began with the run, by its own clock. */
  readonly since?: string | undefined
  /** The file that says so. */
  readonly lock: string
}

/** What a training is when it begins or goes on. */
export interface TrainingStart {
  readonly parameters: number
  readonly batches: number
  /** The most that it takes. */
  readonly epochs: number
  readonly resumedFrom: number
  readonly stage?: string
  /** Which stage it is, from 1, and how many there are. */
  readonly turn?: { readonly number: number; readonly count: number }
  /** On training and validation data together, for as many epochs as were best before. */
  readonly refit: boolean
  /** What it began with of another run's weights, where it begins now and was told to. */
  readonly beginning?: Beginning
  /** Which part of the run it is, by the most epochs that each part takes. */
  readonly share: Share
}

/** A part of a run, which goes from 0 to 1. */
export interface Share {
  readonly from: number
  readonly to: number
}

/** A step that was taken. */
export interface Step {
  readonly epoch: number
  readonly batch: number
  readonly batches: number
  readonly loss: number
  readonly samples: number
}

/** How much of its run a training has done, from 0 to 1, after a batch of an epoch. */
export function shareDone(
  { share, epochs }: Pick<TrainingStart, 'share' | 'epochs'>,
  { epoch, batch, batches }: Pick<Step, 'epoch' | 'batch' | 'batches'>,
): number {
  return within(share, (epoch - 1 + batch / batches) / epochs)
}

/** Watches what is a part of a run as such. */
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
