/** How far a run is, from what it reports. */
import { type RunWatcher, shareDone, type TrainingStart } from '../learn/watcher.js'
import type { RunReport } from './messages.js'

/** How far a run is: from 0 to 1, and in words. */
export interface RunProgress {
  readonly done: number
  readonly state: string
}

/**
 * Follows one run through all of its trainings.
 *
 * @param show called with the fraction of the run that is done, and a description of its state
 */
export function watchShare(show: (done: number, state: string) => void): RunWatcher {
  let about: TrainingStart | undefined
  let valid: string[] = []
  const say = (state: string[]) => [...(about ? partsOf(about) : []), ...state].join(', ')
  return {
    started: (start) => {
      const { resumedFrom, batches } = start
      about = start
      valid = []
      const done = shareDone(start, { epoch: resumedFrom + 1, batch: 0, batches })
      show(done, say(resumedFrom > 0 ? [`resuming after epoch ${resumedFrom}`] : []))
    },
    stepped: (at) => {
      if (!about) return
      show(shareDone(about, at), say([`epoch ${at.epoch}/${about.epochs}`, ...valid]))
    },
    finishedEpoch: ({ validLoss }) => {
      // A loss on data that is also trained on is not informative.
      if (about?.refit === false) valid = [`validation loss ${validLoss.toFixed(4)}`]
    },
  }
}

/** The parts of the name of a training after its run's; none if the run has a single stage. */
export function partsOf({ stage, turn, refit }: TrainingStart): string[] {
  return [
    ...(refit ? ['on training and validation data'] : []),
    ...(stage && turn ? [`stage ${turn.number}/${turn.count} ${stage}`] : []),
  ]
}

/**
 * How far a run is, from its latest report alone, as who follows it from the start sees it.
 *
 * @returns undefined if the report does not tell
 */
export function progressOf(report: RunReport): RunProgress | undefined {
  if (report.kind === 'waiting') return undefined
  const about = report.kind === 'started' ? report.about : report.of
  if (!about) return undefined
  let seen: RunProgress | undefined
  const watcher = watchShare((done, state) => {
    seen = { done, state }
  })
  watcher.started?.(about)
  if (report.kind === 'stepped') watcher.stepped?.(report.at)
  if (report.kind === 'finished epoch') {
    const { record } = report
    const { batches } = about
    watcher.finishedEpoch?.(record)
    watcher.stepped?.({
      ...{ epoch: record.epoch, batch: batches, batches },
      ...{ loss: record.trainLoss, samples: 0 },
    })
  }
  return seen
}
