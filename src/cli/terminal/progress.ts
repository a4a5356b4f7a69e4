/** Progress of training: a bar on a terminal, a line per epoch elsewhere, JSON for machines. */
import { Presets, SingleBar } from 'cli-progress'
import { count } from '../../base/text/words.js'
import { describeHolder } from '../../disk/lock/index.js'
import type { RunConfig } from '../../learn/config.js'
import type { Beginning, EpochRecord, RunResults } from '../../learn/records.js'
import type { RunHolder, RunWatcher, TrainingStart } from '../../learn/watcher.js'
import type { Cell } from '../../sweep/cell.js'
import { partsOf } from '../../sweep/progress.js'
import { barOptions } from './bars.js'
import { streams } from './streams.js'
import { complain, type Terminal } from './terminal.js'

export interface ProgressWatcher extends RunWatcher {
  /** Clears the bar. */
  close(): void
}

/** Shows the progress of one run. */
export function watchProgress(terminal: Terminal, cell: Cell): ProgressWatcher {
  const { label, folder, config } = cell
  const { monitor } = config.training
  if (terminal.json) return recordProgress(terminal, label, folder)
  if (terminal.quiet) return { close: () => {} }
  return streams().stderr.isTTY
    ? drawProgress(label, monitor)
    : writeProgress(terminal, label, monitor)
}

function recordProgress(terminal: Terminal, label: string, folder: string): ProgressWatcher {
  return {
    started: (about) => terminal.record({ event: 'started', label, folder, ...about }),
    finishedEpoch: (record) => terminal.record({ event: 'epoch', label, ...record }),
    waiting: (holder) => {
      terminal.record({ event: 'waiting', label, ...holder })
      terminal.note(describeWaiting(label, holder))
    },
    close: () => {},
  }
}

function writeProgress(terminal: Terminal, label: string, monitor: string): ProgressWatcher {
  let most = 0
  let refit = false
  let training = label
  return {
    started: (about) => {
      most = about.epochs
      refit = about.refit
      training = nameTraining(label, about)
      if (about.beginning) terminal.note(`${training}: ${describeBeginning(about.beginning)}`)
      if (about.resumedFrom > 0) {
        terminal.note(`${training}: resuming after epoch ${about.resumedFrom}`)
      }
    },
    finishedEpoch: (record) =>
      terminal.note(`${training}: ${describeEpoch(record, most, refit, monitor)}`),
    waiting: (holder) => terminal.note(describeWaiting(label, holder)),
    close: () => {},
  }
}

function drawProgress(label: string, monitor: string): ProgressWatcher {
  const format = '{label} [{bar}] epoch {epoch}/{epochs} | {rate} samples/s | {left} left{valid}'
  const bar = new SingleBar(barOptions(format), Presets.rect)
  let training = label
  let refit = false
  let epochs = 0
  let first = 0
  let valid = ''
  let samples = 0
  let begun = performance.now()
  const interrupted = () => {
    bar.update({ label: `Stopping ${training} after this step (press again to quit now)` })
  }
  return {
    started: (about) => {
      // One bar for all stages of a run, each from its own start.
      process.off('SIGINT', interrupted).once('SIGINT', interrupted)
      bar.stop()
      training = nameTraining(label, about)
      if (about.beginning) complain(`${training}: ${describeBeginning(about.beginning)}`)
      epochs = about.epochs
      refit = about.refit
      first = about.resumedFrom * about.batches
      begun = performance.now()
      samples = 0
      valid = ''
      const shown = {
        label: training,
        epoch: about.resumedFrom + 1,
        epochs,
        rate: '-',
        left: '-',
        valid,
      }
      bar.start(about.epochs * about.batches, first, shown)
      if (about.resumedFrom > 0) {
        bar.update({ valid: ` | resuming after epoch ${about.resumedFrom}` })
      }
    },
    stepped: ({ epoch, batch, batches, samples: more }) => {
      samples += more
      const seconds = (performance.now() - begun) / 1000
      const done = (epoch - 1) * batches + batch
      const left = ((epochs * batches - done) * seconds) / Math.max(1, done - first)
      bar.update(done, {
        epoch,
        rate: Math.round(samples / seconds),
        left: describeSeconds(left),
        valid,
      })
    },
    finishedEpoch: (record) => {
      if (!refit) valid = ` | ${describeValidation(record, monitor)}`
    },
    // There is no bar yet.
    waiting: (holder) => complain(describeWaiting(label, holder)),
    close: () => {
      process.off('SIGINT', interrupted)
      bar.stop()
    },
  }
}

/** Names the stage of a run: `seed 0, stage 2/5 attention.audio`. */
export function nameTraining(label: string, about: TrainingStart): string {
  return [label, ...partsOf(about)].join(', ')
}

/** Says which process holds a run, and what to do if that is no longer true. */
export function describeWaiting(label: string, holder: RunHolder): string {
  return `${label}: waiting for ${describeHolder(holder, holder.lock)}`
}

/** Says which parameters a run took from another. */
export function describeBeginning({ run, taken, anew }: Beginning): string {
  const rest = anew.length > 3 ? `, and ${anew.length - 3} more` : ''
  const fresh =
    anew.length === 0 ? '' : `; newly initialised: ${anew.slice(0, 3).join(', ')}${rest}`
  return `starts from ${taken} of ${taken + anew.length} parameters of ${run}${fresh}`
}

/** Describes the training of a complete run; of several stages, the last. */
export function describeRun(results: RunResults, { training }: RunConfig): string {
  const { epochs, bestEpoch, stages = [], seconds } = results
  const course = training.refit
    ? `${count(epochs, 'epoch')} on training and validation data${training.monitor === 'none' ? '' : ', the best number found before'}`
    : `best epoch ${bestEpoch} of ${epochs}`
  const where = stages.length > 0 ? `, in the last of ${stages.length + 1} stages` : ''
  return `${course}${where}, ${seconds.toFixed(1)} s`
}

/** A refit also trains on the validation data, so there is no validation loss to show. */
function describeEpoch(
  record: EpochRecord,
  epochs: number,
  refit: boolean,
  monitor: string,
): string {
  const { epoch, trainLoss, seconds } = record
  return [
    `epoch ${epoch}/${epochs}`,
    `training loss ${trainLoss.toFixed(4)}`,
    ...(refit ? [] : [describeValidation(record, monitor)]),
    `${seconds.toFixed(1)} s`,
  ].join(', ')
}

/** The loss, and the monitored metric if it is another. */
export function describeValidation(
  { validLoss, metrics, best }: Pick<EpochRecord, 'validLoss' | 'metrics' | 'best'>,
  monitor: string,
): string {
  const watched = metrics[monitor]
  const more = typeof watched === 'number' ? `, ${monitor} ${watched.toFixed(4)}` : ''
  return `validation loss ${validLoss.toFixed(4)}${more}${best ? ' (best)' : ''}`
}

/** `75` as `1 min 15 s`. */
export function describeSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
