/** The environment of a run. */
import { existsSync } from 'node:fs'
import { arch, cpus, platform, release } from 'node:os'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { readJson, writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'

/** What is needed of a run's folder. */
interface Place {
  file(name: string): string
  fileToWrite(name: string): string
}

/** Versions, machine and start time, for people to read. */
export function describeEnvironment(threads: number | undefined): Record<string, string | number> {
  return {
    limbic: version,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    threads: threads ?? 'all cores',
    started: new Date().toISOString(),
  }
}

const place = z.looseObject({
  processor: z.string(),
  cores: z.int(),
  threads: z.union([z.int(), z.string()]),
})
const environment = place.extend({ continued: z.array(place).optional() })

/**
 * Adds this machine to the environment of a run that goes on, unless it went on here before: sums are
 * rounded by the processor and the number of threads.
 */
export function continueEnvironment(run: Place, threads: number | undefined): void {
  const before = read(run)
  if (!before) return
  const here = place.parse(describeEnvironment(threads))
  const last = before.continued?.at(-1) ?? before
  if (describe(last) === describe(here)) return
  const all = { ...before, continued: [...(before.continued ?? []), here] }
  writeContentSafely(run.fileToWrite('environment.json'), `${JSON.stringify(all, null, 2)}\n`)
}

/**
 * On what a run was made: each processor with its number of threads, in order. Empty where the run
 * does not say.
 */
export function machinesOf(run: Place): string[] {
  const found = read(run)
  return found ? [...new Set([found, ...(found.continued ?? [])].map(describe))] : []
}

function describe({ processor, cores, threads }: z.infer<typeof place>): string {
  const count = typeof threads === 'number' ? threads : cores
  return `${processor.trim()}, ${count} ${count === 1 ? 'thread' : 'threads'}`
}

/** For people, so that a damaged one stands in nobody's way. */
function read(run: Place): z.infer<typeof environment> | undefined {
  const path = run.file('environment.json')
  try {
    return existsSync(path) ? environment.safeParse(readJson(path)).data : undefined
  } catch (error) {
    if (error instanceof LimbicError) return undefined
    throw error
  }
}
