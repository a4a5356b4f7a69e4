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

/** How much of a worker's standard error is kept to explain a crash, in characters. */
const remembered = 2000

/** Receives the messages about a worker's current run. */
interface Listener {
  reported(report: RunReport): void
  ended(end: WorkerEnd): void
}

/** Trains one run at a time and reports how it ended, even if the process is lost. */
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
        // Standard error may still have data after "exit". (A disconnected child emits no "close".)
        const { stderr } = this.#child
        const report = () => ended(this.#describeEnd(code, signal))
        if (!stderr || stderr.closed) report()
        else stderr.once('close', report)
      })
    })
  }

  /** Whether it can take no more runs. */
  get dead(): boolean {
    return this.#dead || !this.#child.connected
  }

  /** Trains a run; never rejects. Once it ends, the process can take another. */
  run(message: OwnRun | LeasedRun, reported: (report: RunReport) => void): Promise<WorkerEnd> {
    return new Promise((ended) => {
      this.#listener = { reported, ended }
      this.#send(message)
    })
  }

  /** Stops the current run between two steps. */
  stop(): void {
    if (!this.dead) this.#send({ kind: 'stop' })
  }

  /** Closes the process; resolves once it has exited. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#gone
  }

  /** Kills the process at once. This is safe: a run can be resumed after a kill at any moment. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #end(end: WorkerEnd): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.ended(end)
  }

  #send(message: ToWorker): void {
    // If the worker has just died, its exit reports it.
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
