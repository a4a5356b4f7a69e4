/** Runs the program as it is built, with input and signals. */
import { type ChildProcess, spawn } from 'node:child_process'
import { type Outcome, program } from './command-line.js'

export interface RunningProgram {
  readonly child: ChildProcess
  /** Resolves once standard error holds the text; rejects if the program ends before. */
  saw(text: string): Promise<void>
  readonly ended: Promise<Outcome & { readonly signal: NodeJS.Signals | null }>
}

/** @param input what standard input carries; nothing unless given */
export function start(
  args: readonly string[],
  input = '',
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
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
