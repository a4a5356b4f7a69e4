/** One worker process, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { builtProgram } from '../disk/package.js'
import {
  type FromWorker,
  isEnd,
  type LeasedRun,
  type OwnRun,
  type RunReport,
  type ToWorker,
  type WorkerEnd,
} from './messages.js'

/** What a worker that ended on its own said last, in characters. */
const remembered = 2000

/** What is told of the run that a worker has. */
interface Listener {
  reported(report: RunReport): void
  ended(end: WorkerEnd): void
}

/** Has one run at a time, and says what became of it, also where it is lost. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #listener: Listener | undefined
  #lastWords = ''
  #dead = false

  constructor() {
    this.#child = fork(builtProgram('sweep/worker.js'), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-remembered)
    })
    this.#child.on('message', (message: FromWorker) => {
      if (isEnd(message)) this.#end(message)
      else this.#listener?.reported(message)
    })
    this.#gone = new Promise((resolve) => {
      const ended = (message: string) => {
        if (this.#dead) return
        this.#dead = true
        this.#end({ kind: 'failed', message, mistake: false })
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

  /** Whether it can be given work no more. */
  get dead(): boolean {
    return this.#dead || !this.#child.connected
  }

  /** Trains a run; never rejects. When it ended, the process may be given another. */
  run(message: OwnRun | LeasedRun, reported: (report: RunReport) => void): Promise<WorkerEnd> {
    return new Promise((ended) => {
      this.#listener = { reported, ended }
      this.#send(message)
    })
  }

  /** Stops the run that it has between two steps. */
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

  #end(end: WorkerEnd): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.ended(end)
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
