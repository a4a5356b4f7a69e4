/** Runs Limbic command lines in processes, with their output and outcome. */
import { type ChildProcess, spawn } from 'node:child_process'
import { oneLine, shortened } from '../../../base/text/clean.js'
import { shellWord } from '../../../base/text/shell.js'
import { builtProgram } from '../../../disk/package.js'
import type { JobRow } from '../../protocol.js'
import { NotFound } from '../http/places.js'

/** How much output of a command is kept, in characters. */
const remembered = 2 ** 20
/** The number of finished jobs that stay listed. */
const mostEnded = 50
/** The maximum number of reports and other short commands at once; trainings do not count. */
const mostAtOnce = 2

/** A job to run. */
export interface JobRequest {
  readonly kind: JobRow['kind']
  readonly title: string
  /** The arguments after `limbic`. */
  readonly args: readonly string[]
  readonly folder?: string
}

/** How a command ended. */
export interface JobEnd {
  readonly state: 'done' | 'stopped' | 'failed'
  readonly stdout: string
  /** The error message, one line. */
  readonly problem?: string
}

interface Job {
  row: JobRow
  readonly child: ChildProcess
  readonly end: Promise<JobEnd>
}

/** The running and finished command lines. */
export class Jobs {
  readonly #jobs = new Map<string, Job>()
  readonly #queue: (() => void)[] = []
  #busy = 0
  #count = 0

  /** @param changed called when any job changes */
  constructor(private readonly changed: () => void) {}

  /** Training jobs; jobs that serve a single request are not listed. */
  get rows(): JobRow[] {
    return [...this.#jobs.values()].map(({ row }) => row).filter(({ kind }) => kind !== 'report')
  }

  /** Starts a command that keeps running when pages are closed. */
  start(request: JobRequest): JobRow {
    return this.#launch(request).row
  }

  /** Runs a command to its end, waiting if too many are running. */
  async finish(request: JobRequest): Promise<JobEnd> {
    if (this.#busy >= mostAtOnce) await new Promise<void>((go) => this.#queue.push(go))
    this.#busy++
    const job = this.#launch(request)
    try {
      return await job.end
    } finally {
      this.#busy--
      this.#jobs.delete(job.row.id)
      this.#queue.shift()?.()
    }
  }

  /** Stops a job between two steps, as Ctrl-C does. @throws NotFound if there is no such job */
  stop(id: string): void {
    const job = this.#jobs.get(id)
    if (!job) throw new NotFound()
    if (job.row.state !== 'running') return
    job.row = { ...job.row, state: 'stopping' }
    job.child.kill('SIGINT')
    this.changed()
  }

  /** Stops all jobs and waits for them. */
  async close(): Promise<void> {
    const jobs = [...this.#jobs.values()]
    for (const { child, row } of jobs) child.kill(row.kind === 'report' ? 'SIGKILL' : 'SIGINT')
    await Promise.all(jobs.map(({ end }) => end))
  }

  #launch({ kind, title, args, folder }: JobRequest): Job {
    const id = String(++this.#count)
    const child = spawn(process.execPath, [builtProgram('cli/main.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The studio receives Ctrl-C from the terminal and passes it on once.
      detached: true,
    })
    let [stdout, stderr] = ['', '']
    const end = new Promise<JobEnd>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout = (stdout + text).slice(-remembered)
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr = (stderr + text).slice(-remembered)
        const said = lastLine(stderr)
        if (said !== job.row.said) this.#change(job, { said })
      })
      child.once('error', ({ message }) => resolve({ state: 'failed', stdout, problem: message }))
      child.once('close', (code) => resolve(endOf(code, stdout, stderr)))
    })
    const row: JobRow = {
      ...{ id, kind, title, command: `limbic ${args.map(shellWord).join(' ')}` },
      ...{ state: 'running', said: '' },
      ...(folder !== undefined && { folder }),
    }
    const job: Job = { row, child, end }
    this.#jobs.set(id, job)
    void end.then(({ state, problem }) => {
      this.#change(job, { state, ...(problem !== undefined && { problem }) })
      this.#forget()
    })
    this.changed()
    return job
  }

  #change(job: Job, what: Partial<JobRow>): void {
    job.row = { ...job.row, ...what }
    this.changed()
  }

  #forget(): void {
    const ended = [...this.#jobs].filter(([, { row }]) => !/^(running|stopping)$/.test(row.state))
    for (const [id] of ended.slice(0, Math.max(0, ended.length - mostEnded))) this.#jobs.delete(id)
  }
}

/** The exit code of an interrupted command. */
const interrupted = 130

function endOf(code: number | null, stdout: string, stderr: string): JobEnd {
  if (code === 0) return { state: 'done', stdout }
  if (code === interrupted) return { state: 'stopped', stdout }
  const problem = lastLine(stderr).replace(/^limbic: /, '') || `ended with ${code ?? 'a signal'}`
  return { state: 'failed', stdout, problem }
}

function lastLine(text: string): string {
  return shortened(oneLine(text.trimEnd().split('\n').at(-1) ?? ''), 1000)
}
