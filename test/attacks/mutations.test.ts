import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'rolldown'
import { expect, test } from 'vitest'
import { temporaryPaths } from '../support/folders.js'
import { writeSeeds } from './seeds.js'

/** How many inputs are tried: LIMBIC_ATTACKS=20000 is the long form. */
const count = Number(process.env.LIMBIC_ATTACKS ?? 1500)
const first = Number(process.env.LIMBIC_ATTACKS_FIRST ?? 0)
/** Inputs a process: many short ones show what one of them leaves behind. */
const together = 2000
/** No input may take longer on a processor, in milliseconds, or a process more memory, in bytes. */
const longest = 10_000
/** When a process that has not answered is ended: the machine may have other things to do. */
const patience = 300_000
const mostMemory = 2 * 2 ** 30

const at = temporaryPaths()

/** Beside the sources, so that packages are found from there. */
const built = resolve(import.meta.dirname, '../../dist-bench/attacks')

async function buildReaders(): Promise<void> {
  await build({
    input: { readers: join(import.meta.dirname, 'readers.ts') },
    platform: 'neutral',
    external: (id) => !/^[./]|^[a-z]:[\\/]|^@oxc-project/i.test(id),
    output: {
      dir: built,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      cleanDir: true,
    },
  })
}

interface Report {
  readonly input?: number
  readonly seed?: string
  readonly place?: string
  readonly done?: number
  readonly failure?: string
  readonly peak?: number
  readonly read?: Readonly<Record<string, number>>
}

/** What a process that reads inputs tells; one that stops at an input is ended. */
function attack(from: number, inputs: number): Promise<Report[]> {
  const script = resolve(import.meta.dirname, 'mutations.mjs')
  const given = [
    script,
    join(built, 'readers.js'),
    at('seeds'),
    at('inputs'),
    String(inputs),
    String(from),
  ]
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--max-old-space-size=1024', ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const reports: Report[] = []
    let watch: NodeJS.Timeout | undefined
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report: Report = JSON.parse(line)
      clearTimeout(watch)
      if (report.place !== undefined && report.done === undefined) {
        watch = setTimeout(() => child.kill('SIGKILL'), patience)
      }
      reports.push(report)
    })
    child.on('error', fail)
    child.on('close', (status, signal) => {
      clearTimeout(watch)
      if (status === 0) done(reports)
      else fail(new Error(`ended with ${status ?? signal} at ${JSON.stringify(reports.at(-1))}`))
    })
  })
}

test('no mutated input crashes a reader, holds it up, or fills the memory', async () => {
  await Promise.all([writeSeeds(at('seeds')), buildReaders()])
  const read: Record<string, number> = {}
  for (let from = first; from < first + count; from += together) {
    const reports = await attack(from, Math.min(together, first + count - from))
    expect(reports.filter(({ failure }) => failure !== undefined)).toEqual([])
    expect(reports.filter(({ done = 0 }) => done > longest)).toEqual([])
    const end = reports.at(-1)
    expect(end?.peak).toBeLessThan(mostMemory)
    for (const [kind, times] of Object.entries(end?.read ?? {}))
      read[kind] = (read[kind] ?? 0) + times
  }
  // Inputs that nothing can be read of would show little.
  for (const kind of [
    'pkl',
    'values',
    'npy',
    'csd',
    'glove',
    'json',
    'jsonl',
    'onnx',
    'raw',
    'safetensors',
    'store',
  ]) {
    expect(read[kind] ?? 0, join('read', kind)).toBeGreaterThan(0)
  }
}, 3_600_000)
