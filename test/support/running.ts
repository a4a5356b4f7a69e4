/** Runs the program as it is built in a process of its own, for what needs one: signals, pipes, limits. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Outcome, program, type Surroundings } from './command-line.js'

export interface RunningProgram {
  readonly child: ChildProcess
  /** Resolves once standard error holds the text; rejects if the program ends before. */
  saw(text: string): Promise<void>
  readonly ended: Promise<Outcome & { readonly signal: NodeJS.Signals | null }>
}

export interface ProcessSurroundings extends Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** The most kilobytes that a file may have, as if the disk ended there. */
  readonly largestFile?: number
  /** A signal that the program gets once it has told all of some texts on standard error. */
  readonly signalled?: { readonly at: readonly string[]; readonly signal: NodeJS.Signals }
}

/** Runs a command line in a process of its own, as a person would. */
export function start(
  args: readonly string[],
  { input = '', cwd, env = {}, largestFile, signalled }: ProcessSurroundings = {},
): RunningProgram {
  const whole = [process.execPath, program, ...args]
  // Bash counts in units of 1024 bytes.
  const limited = ['bash', '-c', `ulimit -f ${largestFile}; exec "$@"`, 'bash', ...whole]
  const [command = '', ...given] = largestFile === undefined ? whole : limited
  const child = spawn(command, given, {
    stdio: 'pipe',
    env: { ...process.env, ...(signalled && signalling(signalled)), ...env },
    ...(cwd !== undefined && { cwd }),
  })
  let [stdout, stderr] = ['', '']
  const ended: RunningProgram['ended'] = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(text)) resolve()
      }
      look()
      child.stderr.on('data', look)
      void ended.then(() => reject(new Error(`the program ended without "${text}": ${stderr}`)))
    })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  // A program that ends before it has read everything is no failure of the test.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return { child, saw, ended }
}

function signalling(signalled: object): Record<string, string> {
  const preload = pathToFileURL(join(import.meta.dirname, 'signal-itself.mjs')).href
  return { NODE_OPTIONS: `--import=${preload}`, LIMBIC_TEST_SIGNAL: JSON.stringify(signalled) }
}
