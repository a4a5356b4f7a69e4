/** Progress of an extraction: a bar on a terminal, occasional lines elsewhere, JSON for machines. */
import { Presets, SingleBar } from 'cli-progress'
import type { ClipOutcome } from '../../extraction/job.js'
import { barOptions } from '../terminal/bars.js'
import { describeSeconds } from '../terminal/progress.js'
import { streams } from '../terminal/streams.js'
import type { Terminal } from '../terminal/terminal.js'

export interface ClipProgress {
  /** Called after each clip. */
  ended(outcome: ClipOutcome, done: number, all: number): void
  /** Clears the bar. */
  close(): void
}

/** Seconds between lines if there is no bar. */
const between = 10

export function watchClips(terminal: Terminal): ClipProgress {
  if (terminal.json) {
    return {
      ended: (outcome, done, all) => terminal.record({ event: 'clip', done, all, ...outcome }),
      close: () => {},
    }
  }
  if (terminal.quiet) return { ended: () => {}, close: () => {} }
  return streams().stderr.isTTY ? draw() : write(terminal)
}

function write(terminal: Terminal): ClipProgress {
  const pace = new Pace()
  let told = performance.now()
  return {
    ended({ state }, done, all) {
      pace.count(state)
      if (performance.now() - told < 1000 * between || done === all) return
      told = performance.now()
      terminal.note(`${done} of ${all} clips, ${pace.describe(all - done)}`)
    },
    close: () => {},
  }
}

function draw(): ClipProgress {
  const bar = new SingleBar(barOptions('Clips [{bar}] {value}/{total} {state}'), Presets.rect)
  const pace = new Pace()
  let begun = false
  return {
    ended({ state }, done, all) {
      pace.count(state)
      if (!begun) bar.start(all, done, { state: '' })
      begun = true
      bar.update(done, { state: done === all ? '' : pace.describe(all - done) })
    },
    close: () => {
      if (begun) bar.stop()
    },
  }
}

/** The rate of clips, not counting clips that were extracted earlier. */
class Pace {
  readonly #begun = performance.now()
  #worked = 0

  count(state: ClipOutcome['state']): void {
    if (state !== 'present') this.#worked++
  }

  describe(left: number): string {
    const seconds = (performance.now() - this.#begun) / 1000
    const rate = this.#worked / seconds
    if (this.#worked === 0) return ''
    return `${rate.toFixed(1)} a second, about ${describeSeconds(left / rate)} left`
  }
}
