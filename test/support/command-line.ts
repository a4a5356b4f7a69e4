/** Runs command lines in this process; `running.ts` has those that need one of their own. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'

const built = resolve(import.meta.dirname, '../../dist/cli')

/** The program as it is built. */
export const program = join(built, 'main.js')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly cwd?: string
  /** What standard input carries; nothing unless given. */
  readonly input?: string
}

/** The command line as it is built, so that models' files and worker processes find their own Limbic. */
async function commandLine(): Promise<typeof import('../../src/cli/run.js')> {
  return await import(pathToFileURL(join(built, 'run.js')).href)
}

/** One command line after the other: they share this process's folder. */
let before: Promise<unknown> = Promise.resolve()

/** Runs a command line as it is built, but in this process, which spares starting another. */
export function limbic(args: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const outcome = before.then(() => runHere(args, around))
  before = outcome.catch(() => {})
  return outcome
}

async function runHere(args: readonly string[], { cwd, input }: Surroundings): Promise<Outcome> {
  const { runCommandLine } = await commandLine()
  const [stdout, stderr] = [new Collected(), new Collected()]
  const here = process.cwd()
  if (cwd !== undefined) process.chdir(cwd)
  try {
    const stdin = Readable.from(input === undefined ? [] : [Buffer.from(input)])
    const status = await runCommandLine(args, { stdin, stdout, stderr })
    return { status, stdout: stdout.text, stderr: stderr.text }
  } finally {
    process.chdir(here)
  }
}

/** Keeps what is written to it, at once, as a pipe to a reader does that is never slow. */
class Collected extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** Options of `limbic train` that make a run of MMLatch small. */
export const tinyRun = [
  ...['--data', 'synthetic', '--synthetic-train', '40', '--synthetic-valid', '12'],
  ...['--synthetic-test', '12', '--hidden', '4', '--threads', '1', '--learning-rate', '0.005'],
]

/** A run that must succeed; gives its standard output. */
export async function succeed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await limbic(args)
  expect(stderr).not.toMatch(/^limbic: /m)
  expect(status).toBe(0)
  return stdout
}

/** The records of standard output, one line of JSON each. */
export function jsonLines<Line = Record<string, unknown>>(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** Checks that a command ended as a mistake of its user does: one line, code 2, no result; gives the line. */
export function mistakeOf({ status, stdout, stderr }: Outcome): string {
  expect(stderr).toMatch(/^limbic: [^\n]+\n$/)
  expect(stderr).not.toMatch(/\bbug\b|undefined|\[object|node:internal| {4}at /)
  expect(stdout).toBe('')
  expect(status).toBe(2)
  return stderr.trim()
}

/** Every file and folder below a folder, hidden ones too. */
export function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
