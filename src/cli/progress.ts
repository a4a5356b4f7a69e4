/** How training is watched: a bar on a terminal, a line an epoch elsewhere, JSON for machines. */
import { type Options, Presets, SingleBar } from 'cli-progress'
import type { RunWatcher } from '../train/run.js'
import type { EpochRecord } from '../train/run-folder.js'
import type { Terminal } from './terminal.js'

export interface ProgressWatcher extends RunWatcher {
  /** Clears the bar; what it showed last is of no more interest. */
  close(): void
}

/** @param label what is being trained, such as `seed 3` */
export function watchProgress(terminal: Terminal, label: string): ProgressWatcher {
  if (terminal.json) return recordProgress(terminal, label)
  if (terminal.quiet) return { close: () => {} }
  return process.stderr.isTTY ? drawProgress(label) : writeProgress(terminal, label)
}

function recordProgress(terminal: Terminal, label: string): ProgressWatcher {
  return {
    started: (about) => terminal.record({ event: 'started', label, ...about }),
    finishedEpoch: (record) => terminal.record({ event: 'epoch', label, ...record }),
    close: () => {},
  }
}

function writeProgress(terminal: Terminal, label: string): ProgressWatcher {
  let most = 0
  return {
    started: ({ epochs, resumedFrom }) => {
      most = epochs
      if (resumedFrom > 0) terminal.note(`${label}: going on after epoch ${resumedFrom}`)
    },
    finishedEpoch: (record) => terminal.note(`${label}: ${describeEpoch(record, most)}`),
    close: () => {},
  }
}

function drawProgress(label: string): ProgressWatcher {
  const settings: Options = {
    format: '{label} [{bar}] epoch {epoch}/{epochs} | {rate} samples/s | {left} left{valid}',
    stream: process.stderr,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is handled by the command, which stops between two steps.
    gracefulExit: false,
  }
  const bar = new SingleBar(settings, Presets.rect)
  let epochs = 0
  let first = 0
  let valid = ''
  let samples = 0
  let begun = performance.now()
  const interrupted = () => {
    bar.update({ label: `Stopping ${label} after this step (once more to end at once)` })
  }
  return {
    started: (about) => {
      process.once('SIGINT', interrupted)
      epochs = about.epochs
      first = about.resumedFrom * about.batches
      begun = performance.now()
      const shown = { label, epoch: about.resumedFrom + 1, epochs, rate: '-', left: '-', valid }
      bar.start(about.epochs * about.batches, first, shown)
      if (about.resumedFrom > 0) {
        bar.update({ valid: ` | going on after epoch ${about.resumedFrom}` })
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
    finishedEpoch: ({ validLoss, best }) => {
      valid = ` | validation loss ${validLoss.toFixed(4)}${best ? ' (best)' : ''}`
    },
    close: () => {
      process.off('SIGINT', interrupted)
      bar.stop()
    },
  }
}

function describeEpoch(record: EpochRecord, epochs: number): string {
  const { epoch, trainLoss, validLoss, seconds, best } = record
  return (
    `epoch ${epoch}/${epochs}, training loss ${trainLoss.toFixed(4)}, ` +
    `validation loss ${validLoss.toFixed(4)}${best ? ' (best)' : ''}, ${seconds.toFixed(1)} s`
  )
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
