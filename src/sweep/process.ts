/** One worker process, as its grid sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { builtProgram } from '../disk/package.js'
import { consents } from '../runs/model-file/index.js'
import type { Cell } from './cell.js'
import type { FromWorker, ToWorker, WorkerEnd } from './messages.js'

/** What a worker that ended on its own said last, in characters. */
const remembered = 2000

/** Has one run at a time, and says what became of it, also where it is lost. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #cell: Cell | undefined
  #lastWords = ''
  #dead = false

  /**
   * @param heard is told what the worker says of the cell that it was given; when it ended, it may
   * be given another
   */
  constructor(heard: (cell: Cell, message: FromWorker) => void) {
    this.#child = fork(builtProgram('sweep/worker.js'), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-remembered)
    })
    this.#child.on('message', (message: FromWorker) => {
      const cell = this.#cell
      if (!cell) return
      if (isEnd(message)) this.#cell = undefined
      heard(cell, message)
    })
    this.#gone = new Promise((resolve) => {
      const ended = (message: string) => {
        if (this.#dead) return
        this.#dead = true
        const cell = this.#cell
        this.#cell = undefined
        if (cell) heard(cell, { kind: 'failed', message, mistake: false })
        resolve()
      }
      this.#child.once('error', (error) => ended(`the worker process failed: ${error.message}`))
      this.#child.once('exit', (code, signal) => {
        // Its last words may come after that. (A child that was disconnected emits no "close".)
        const { stderr } = this.#child
        const report = () => ended(this.#describeEnd(code, signal))
        if (!stderr || stderr.closed) report()
        else stderr.once('close', report)
      })
    })
  }

  get idle(): boolean {
    return this.#cell === undefined
  }

  /** Whether it can be given work no more. */
  get dead(): boolean {
    return this.#dead || !this.#child.connected
  }

  run(cell: Cell, config: Cell['config']): void {
    this.#cell = cell
    this.#send({ kind: 'run', folder: cell.folder, config, consents: consents() })
  }

  stop(): void {
    if (!this.dead) this.#send({ kind: 'stop' })
  }

  /** Lets it go; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#gone
  }

  /** At once, whatever the worker is doing: a run may die at any moment. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #send(message: ToWorker): void {
    // A worker that died just now is reported by its end.
    this.#child.send(message, () => {})
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal ? `was killed by ${signal}` : `exited with code ${code}`
    const advice =
      signal === 'SIGKILL' ? ' (if nobody killed it, the machine may have run out of memory)' : ''
    const words = this.#lastWords.trim().split('\n').slice(-3).join(' ')
    return `the worker process ${how}${advice}${words === '' ? '' : `: ${words}`}`
  }
}

function isEnd(message: FromWorker): message is WorkerEnd {
  const { kind } = message
  return kind !== 'started' && kind !== 'stepped' && kind !== 'finished epoch'
}
