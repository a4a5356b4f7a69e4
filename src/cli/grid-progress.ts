/** How a grid is watched: a bar for each run on a terminal, a line a run elsewhere, JSON for machines. */
import { MultiBar, type Options, Presets, type SingleBar } from 'cli-progress'
import type { Cell } from '../train/grid/cell.js'
import type { CellOutcome, GridWatcher } from '../train/grid/run-grid.js'
import { type RunWatcher, shareDone, type TrainingStart } from '../train/watcher.js'
import { describeRun, describeSeconds, nameTraining, partsOf } from './progress.js'
import type { Terminal } from './terminal.js'

export interface GridProgress extends GridWatcher {
  /** Clears the bars. */
  close(): void
}

/** @param total the cells of the grid, those that are complete before it begins too */
export function watchGrid(terminal: Terminal, total: number): GridProgress {
  if (terminal.json) return recordGrid(terminal)
  if (terminal.quiet) return { close: () => {} }
  return process.stderr.isTTY ? drawGrid(total) : writeGrid(terminal, total)
}

function recordGrid(terminal: Terminal): GridProgress {
  return {
    watch: ({ label, folder }) => ({
      started: (about) => terminal.record({ event: 'started', label, folder, ...about }),
    }),
    ended: ({ cell: { label, folder, config, row }, ...outcome }) =>
      terminal.record({ event: 'run', row, label, seed: config.seed, folder, ...outcome }),
    waiting: ({ label }, pid) => terminal.record({ event: 'waiting', label, pid }),
    close: () => {},
  }
}

function writeGrid(terminal: Terminal, total: number): GridProgress {
  let [done, before] = [0, 0]
  return {
    watch: ({ label }) => ({
      started: (about) => {
        const { resumedFrom } = about
        if (resumedFrom === 0) return
        terminal.note(`${nameTraining(label, about)}: going on after epoch ${resumedFrom}`)
      },
    }),
    ended: (outcome) => {
      if (outcome.state === 'complete') done++
      if (outcome.state === 'stopped') return
      if (outcome.state === 'complete' && outcome.before) before++
      else terminal.note(`[${done}/${total}] ${describeOutcome(outcome)}`)
    },
    waiting: (cell, pid) => terminal.note(describeWaiting(cell, pid)),
    close: () => {
      if (before > 0) terminal.note(`${before} of ${total} runs were complete already`)
    },
  }
}

function drawGrid(total: number): GridProgress {
  const settings: Options = {
    format: '{label} [{bar}] {state}',
    stream: process.stderr,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is handled by the command, which stops between two steps.
    gracefulExit: false,
  }
  const bars = new MultiBar(settings, Presets.rect)
  const all = bars.create(total, 0, { label: 'All runs', state: '' })
  const own = new Map<Cell, SingleBar>()
  const begun = performance.now()
  let [done, before] = [0, 0]
  const interrupted = () => all.update({ label: 'Stopping all runs (once more to end at once)' })
  process.once('SIGINT', interrupted)
  return {
    watch: (cell) =>
      watchShare((share, state) => {
        const done = Math.round(1000 * share)
        const bar = own.get(cell)
        if (bar) bar.update(done, { state })
        else own.set(cell, bars.create(1000, done, { label: cell.label, state }))
      }),
    ended: (outcome) => {
      const bar = own.get(outcome.cell)
      if (bar) bars.remove(bar)
      own.delete(outcome.cell)
      done++
      if (outcome.state === 'complete' && outcome.before) before++
      if (outcome.state === 'failed') bars.log(`${describeOutcome(outcome)}\n`)
      const each = (performance.now() - begun) / 1000 / Math.max(1, done - before)
      const left = done > before ? `, about ${describeSeconds(each * (total - done))} left` : ''
      all.update(done, { state: `${done}/${total}${left}` })
    },
    waiting: (cell, pid) => bars.log(`${describeWaiting(cell, pid)}\n`),
    close: () => {
      process.off('SIGINT', interrupted)
      bars.stop()
    },
  }
}

/**
 * Follows one run through all of its trainings.
 *
 * @param show is told how much of the run is done, from 0 to 1, and in words where it is
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
      show(done, say(resumedFrom > 0 ? [`going on after epoch ${resumedFrom}`] : []))
    },
    stepped: (at) => {
      if (!about) return
      show(shareDone(about, at), say([`epoch ${at.epoch}/${about.epochs}`, ...valid]))
    },
    finishedEpoch: ({ validLoss }) => {
      // What is learned from as well tells nothing.
      if (about?.refit === false) valid = [`validation loss ${validLoss.toFixed(4)}`]
    },
  }
}

function describeOutcome(outcome: CellOutcome): string {
  const { label } = outcome.cell
  switch (outcome.state) {
    case 'complete':
      return `${label}: ${describeRun(outcome.results, outcome.cell.config)}`
    case 'failed':
      return `${label}: failed: ${outcome.message}`
    case 'stopped':
      return `${label}: stopped`
  }
}

function describeWaiting({ label }: Cell, pid: number): string {
  return `${label}: process ${pid} is computing it; waiting for its end`
}
