/** Progress of a grid: a bar per run on a terminal, a line per run elsewhere, JSON for machines. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import { oneLine } from '../../base/text/clean.js'
import type { Cell } from '../../sweep/cell.js'
import { watchShare } from '../../sweep/progress.js'
import type { GridWatcher } from '../../sweep/run-grid.js'
import { barOptions } from './bars.js'
import { describeOutcome, tellOutcome } from './outcomes.js'
import {
  describeBeginning,
  describeSeconds,
  describeWaiting,
  nameTraining,
  watchProgress,
} from './progress.js'
import { streams } from './streams.js'
import type { Terminal } from './terminal.js'

export interface GridProgress extends GridWatcher {
  /** Clears the bars. */
  close(): void
}

/**
 * @param total the cells of the grid, including those that are already complete
 * @param each reports each run's epochs and end, as when it is trained alone; JSON always has them
 */
export function watchGrid(terminal: Terminal, total: number, each = false): GridProgress {
  if (terminal.json) return tellEach(terminal)
  if (terminal.quiet) return { close: () => {} }
  if (streams().stderr.isTTY) return drawGrid(total, each)
  return each ? tellEach(terminal) : writeGrid(terminal, total)
}

function tellEach(terminal: Terminal): GridProgress {
  return {
    watch: (cell) => watchProgress(terminal, cell),
    ended: (outcome) => tellOutcome(terminal, outcome),
    waiting: (cell, holder) => watchProgress(terminal, cell).waiting?.(holder),
    close: () => {},
  }
}

function writeGrid(terminal: Terminal, cells: number): GridProgress {
  let [done, before, total] = [0, 0, cells]
  return {
    watch: ({ label }) => ({
      started: (about) => {
        const { resumedFrom, beginning } = about
        if (beginning) {
          terminal.note(`${nameTraining(label, about)}: ${describeBeginning(beginning)}`)
        }
        if (resumedFrom === 0) return
        terminal.note(`${nameTraining(label, about)}: resuming after epoch ${resumedFrom}`)
      },
    }),
    ended: (outcome) => {
      if (outcome.state === 'complete') done++
      if (outcome.state === 'stopped') return
      if (outcome.state === 'complete' && outcome.before) before++
      else terminal.note(`[${done}/${total}] ${describeOutcome(outcome)}`)
    },
    waiting: ({ label }, holder) => terminal.note(describeWaiting(label, holder)),
    added: (count) => {
      total += count
    },
    close: () => {
      if (before > 0) terminal.note(`${before} of ${total} runs are already complete`)
    },
  }
}

function drawGrid(cells: number, each: boolean): GridProgress {
  let total = cells
  const bars = new MultiBar(barOptions('{label} [{bar}] {state}'), Presets.rect)
  const log = (line: string) => bars.log(`${oneLine(line)}\n`)
  const all = bars.create(total, 0, { label: 'All runs', state: '' })
  /** The runs in progress: where each started and where it is, from 0 to 1. */
  const own = new Map<Cell, { readonly bar: SingleBar; readonly first: number; now: number }>()
  const begun = performance.now()
  let [done, worked] = [0, 0]
  const showAll = () => {
    const runs = [...own.values()]
    const here = runs.reduce((sum, { first, now }) => sum + now - first, worked)
    const missing = runs.reduce((sum, { now }) => sum - now, total - done)
    const seconds = ((performance.now() - begun) / 1000 / here) * missing
    const left = here > 0 && missing > 0 ? `, about ${describeSeconds(seconds)} left` : ''
    all.update(done, { state: `${done}/${total}${left}` })
  }
  const interrupted = () => all.update({ label: 'Stopping all runs (press again to quit now)' })
  process.once('SIGINT', interrupted)
  return {
    watch: (cell) =>
      watchShare((now, state) => {
        const place = Math.round(1000 * now)
        const run = own.get(cell)
        if (run) {
          run.now = now
          run.bar.update(place, { state })
        } else {
          const bar = bars.create(1000, place, { label: cell.label, state })
          own.set(cell, { bar, first: now, now })
        }
        showAll()
      }),
    ended: (outcome) => {
      const run = own.get(outcome.cell)
      if (run) {
        bars.remove(run.bar)
        worked += 1 - run.first
      }
      own.delete(outcome.cell)
      done++
      if (outcome.state === 'failed' || (each && outcome.state === 'complete')) {
        log(describeOutcome(outcome))
      }
      showAll()
    },
    waiting: ({ label }, holder) => log(describeWaiting(label, holder)),
    added: (count) => {
      total += count
      all.setTotal(total)
      showAll()
    },
    close: () => {
      process.off('SIGINT', interrupted)
      bars.stop()
    },
  }
}
