/** Runs over a queue of which everything is killed at some time: workers, server, and whoever handed them out. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { jsonLines, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { type RunningProgram, start } from '../../support/running.js'
import { hasRedis, needsRedis, startRedis } from '../../support/servers/redis.js'

const at = temporaryPaths()
/** 200 cells and 4 workers with LIMBIC_QUEUE_CELLS=200 LIMBIC_QUEUE_WORKERS=4. */
const cells = Number(process.env.LIMBIC_QUEUE_CELLS ?? 16)
const workers = Number(process.env.LIMBIC_QUEUE_WORKERS ?? 2)
const seeds = Array.from({ length: cells }, (_, seed) => seed)
const train = (out: string, ...more: string[]) => [
  ...['train', 'mmlatch', '--data', 'synthetic', '--synthetic-train', '24', '--synthetic-valid'],
  ...['8', '--synthetic-test', '8', '--hidden', '4', '--modalities', 'text', '--feedback', 'none'],
  ...['--epochs', '3', '--batch-size', '8', '--threads', '1', '--seeds', String(cells)],
  ...['--out', at(out), ...more],
]
const weights = (out: string, seed: number) =>
  readFileSync(at(out, `seed-${seed}`, 'weights.safetensors'))
const complete = (out: string) =>
  seeds.filter((seed) => existsSync(at(out, `seed-${seed}`, 'results.json'))).length

async function killed(program: RunningProgram): Promise<void> {
  program.child.kill('SIGKILL')
  await program.ended
}

test.skipIf(!hasRedis)(
  `every run is kept once, to the bits of one machine, whatever is killed${hasRedis ? '' : ` (${needsRedis})`}`,
  async () => {
    mkdirSync(at('redis'))
    const server = await startRedis(at('redis'))
    const queue = ['--queue', server.url]
    const running = new Set<RunningProgram>()
    let often: NodeJS.Timeout | undefined
    onTestFinished(async () => {
      clearInterval(often)
      await Promise.all([...running].map(killed))
      await server.stop()
    })
    const begin = (...args: string[]) => {
      const program = start(args, { cwd: at() })
      running.add(program)
      return program
    }
    const work = () => begin('worker', ...queue, '--slots', '1', '--lease', '2', '--quiet')
    const end = async (program: RunningProgram) => {
      running.delete(program)
      await killed(program)
    }
    /** Waits until so many of the runs are there. */
    const until = async (share: number) => {
      while (complete('queued') < share * cells) await delay(50)
    }

    let coordinator = begin(...train('queued', ...queue, '--json', '--quiet'))
    const crew = Array.from({ length: workers }, work)
    const replace = async () => {
      const victim = crew.shift()
      if (victim) await end(victim)
      crew.push(work())
    }
    // The large version also loses a worker every fifteen seconds.
    if (cells >= 100) often = setInterval(() => void replace(), 15_000)
    await until(0.1)
    await replace()
    await until(0.25)
    await server.restart()
    await until(0.4)
    await end(coordinator)
    await replace()
    await until(0.6)
    await server.restart()
    coordinator = begin(...train('queued', ...queue, '--json', '--quiet'))
    await until(0.8)
    await replace()
    const { status, stdout } = await coordinator.ended
    clearInterval(often)
    running.delete(coordinator)
    expect(status).toBe(0)
    const runs = jsonLines(stdout).filter(({ event }) => event === 'run')
    expect(runs.map(({ seed }) => Number(seed)).sort((one, two) => one - two)).toEqual(seeds)
    expect(runs.every(({ state }) => state === 'complete')).toBe(true)
    // Nothing of an unfinished try is left.
    expect(readdirSync(at('queued')).filter((name) => name.startsWith('.'))).toEqual([])

    await succeed(...train('alone', '--quiet'))
    for (const seed of seeds) {
      expect(weights('queued', seed).equals(weights('alone', seed)), `seed ${seed}`).toBe(true)
    }
  },
  1_800_000,
)
