import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'

/** The program as it is built. */
export const program = resolve(import.meta.dirname, '../../dist/cli/main.js')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs the command line as a person would.
 *
 * @param largestFile the most kilobytes that a file may have, as if the disk ended there
 */
export function limbic(
  args: readonly string[],
  { largestFile, cwd }: { readonly largestFile?: number; readonly cwd?: string } = {},
): Promise<Outcome> {
  const [command, given] =
    largestFile === undefined
      ? [process.execPath, [program, ...args]]
      : // Bash counts in units of 1024 bytes.
        [
          'bash',
          ['-c', `ulimit -f ${largestFile}; exec "$@"`, 'bash', process.execPath, program, ...args],
        ]
  return new Promise((done, fail) => {
    const child = spawn(command, given, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', fail)
    child.on('close', (status) => done({ status, stdout, stderr }))
  })
}

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
