/** Work in processes of their own: command lines of Limbic, with what they say and what they came to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { oneLine, shortened } from '../../../base/text/clean.js'
import { shellWord } from '../../../base/text/shell.js'
import { builtProgram } from '../../../disk/package.js'
import type { JobRow } from '../../protocol.js'
import { NotFound } from '../http/places.js'

/** What is kept of what a command says, in letters. */
const remembered = 2 ** 20
/** Ended jobs that are still listed. */
const mostEnded = 50
/** Reports and the like that run at once; trainings are not counted. */
const mostAtOnce = 2

/** What a job is to do. */
export interface JobRequest {
  readonly kind: JobRow['kind']
  readonly title: string
  /** What follows `limbic` on the command line. */
  readonly args: readonly string[]
  readonly folder?: string
}

/** How a command ended. */
export interface JobEnd {
  readonly state: 'done' | 'stopped' | 'failed'
  readonly stdout: string
  /** The line that says what is wrong. */
  readonly problem?: string
}

interface Job {
  row: JobRow
  readonly child: ChildProcess
  readonly end: Promise<JobEnd>
}

/** The command lines that the studio runs. */
export class Jobs {
  readonly #jobs = new Map<string, Job>()
  readonly #queue: (() => void)[] = []
  #busy = 0
  #count = 0

  /** @param changed is called when any job changed */
  constructor(private readonly changed: () => void) {}

  /** Those that train; what only serves a request is not listed. */
  get rows(): JobRow[] {
    return [...this.#jobs.values()].map(({ row }) => row).filter(({ kind }) => kind !== 'report')
  }

  /** Starts a command that goes on while pages come and go. */
  start(request: JobRequest): JobRow {
    return this.#launch(request).row
  }

  /** Runs a command to its end; of many, some wait. */
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

  /** Asks a job to stop, as Ctrl-C does: between two steps. @throws NotFound if there is none */
  stop(id: string): void {
    const job = this.#jobs.get(id)
    if (!job) throw new NotFound()
    if (job.row.state !== 'running') return
    job.row = { ...job.row, state: 'stopping' }
    job.child.kill('SIGINT')
    this.changed()
  }

  /** Stops all, and waits for them. */
  async close(): Promise<void> {
    const jobs = [...this.#jobs.values()]
    for (const { child, row } of jobs) child.kill(row.kind === 'report' ? 'SIGKILL' : 'SIGINT')
    await Promise.all(jobs.map(({ end }) => end))
  }

  #launch({ kind, title, args, folder }: JobRequest): Job {
    const id = String(++this.#count)
    const child = spawn(process.execPath, [builtProgram('cli/main.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal is the studio's, which passes it on once.
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

/** The exit code of a program that was stopped, as the command line has it. */
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
