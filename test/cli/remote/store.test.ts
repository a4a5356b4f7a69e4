/** Data and runs in a store: trained here or by workers that share no folder, and read again. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { RunFolder } from '../../../src/runs/folder.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { start } from '../../support/running.js'
import { hasRedis, needsRedis, startRedis } from '../../support/servers/redis.js'
import { type S3StandIn, startS3 } from '../../support/servers/s3.js'

const at = temporaryPaths()
const small = [
  ...['--modalities', 'text', '--feedback', 'none', '--hidden', '4', '--epochs', '2'],
  ...['--batch-size', '8', '--threads', '1', '--quiet'],
]
const data = ['--data', 's3://lab/corpora/small']
const train = (out: string, ...more: string[]) => [
  'train',
  'mmlatch',
  ...small,
  '--out',
  out,
  ...more,
]
const weights = (folder: string, seed: number) =>
  readFileSync(at(folder, `seed-${seed}`, 'weights.safetensors'))

describe('a store', () => {
  let server: S3StandIn
  beforeAll(async () => {
    server = await startS3('lab')
    const env = { ...server.env, LIMBIC_CACHE: at('cache') }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    await succeed(
      'data',
      'synth',
      '--out',
      at('corpus'),
      '--train',
      '24',
      '--valid',
      '8',
      '--test',
      '8',
      '--quiet',
    )
    await succeed('copy', at('corpus'), 's3://lab/corpora/small')
    await succeed(...train(at('alone'), '--data', at('corpus'), '--seeds', '2', '--workers', '1'))
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.stop()
  })
  /** As on another machine: nothing in its cache. */
  const elsewhere = (name: string) => vi.stubEnv('LIMBIC_CACHE', at(name))

  test('has runs whole, for this machine and others', async () => {
    const out = 's3://lab/runs/here'
    const said = await succeed(...train(out, ...data, '--seeds', '2', '--workers', '1'))
    expect(said).toContain(`Results: ${out}`)
    expect(said).not.toContain(at('cache'))
    const keys = [...server.objects.keys()].filter((key) => key.startsWith('lab/runs/here/'))
    expect(keys).toEqual(
      expect.arrayContaining([0, 1].map((seed) => `lab/runs/here/seed-${seed}/run.tar`)),
    )
    expect(keys.filter((key) => key.includes('progress') || key.includes('probe'))).toEqual([])

    elsewhere('other')
    const runs = jsonLines(await succeed('runs', out, '--json'))
    expect(runs.map(({ run, state }) => [run, state])).toEqual(
      [0, 1].map((seed) => [`${out}/seed-${seed}`, 'complete']),
    )
    // The data of the runs is the address, which every machine opens for itself.
    expect(await succeed('eval', out, '--quiet')).toContain('here')
    expect(await succeed('compare', `${out}/seed-0`, `${out}/seed-1`, '--quiet')).not.toBe('')
    await succeed('copy', out, at('fetched'))
    for (const seed of [0, 1])
      expect(weights('fetched', seed).equals(weights('alone', seed))).toBe(true)

    // Repeated elsewhere, nothing is trained again, and more seeds are.
    const again = jsonLines(
      await succeed(...train(out, ...data, '--seeds', '3', '--workers', '1', '--json')),
    )
    const states = again
      .filter(({ event }) => event === 'run')
      .map(({ seed, resumed }) => [seed, resumed])
    expect(states).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ])
    expect(mistakeOf(await limbic(train(out, ...data, '--seeds', '2', '--hidden', '6')))).toContain(
      `${out}: the folder contains other runs`,
    )
    expect(mistakeOf(await limbic(['runs', 's3://lab/none']))).toContain('nothing in the store')
    expect(mistakeOf(await limbic(['copy', 's3://lab/a', 's3://lab/b']))).toContain(
      'one of the two',
    )
  })

  test.skipIf(!hasRedis)(
    `serves workers without a common folder, which die and meet trouble${hasRedis ? '' : ` (${needsRedis})`}`,
    async () => {
      mkdirSync(at('redis'))
      const redis = await startRedis(at('redis'))
      const queue = ['--queue', redis.url]
      // Each has a folder and a cache of its own.
      const worker = (name: string) => {
        mkdirSync(at(name), { recursive: true })
        return start(['worker', ...queue, '--slots', '1', '--lease', '2'], {
          cwd: at(name),
          env: { ...server.env, LIMBIC_CACHE: at(name, 'cache') },
        })
      }
      const crew = [worker('one'), worker('two')]
      onTestFinished(async () => {
        for (const { child } of crew) child.kill('SIGKILL')
        await Promise.all(crew.map(({ ended }) => ended))
        server.trouble = () => undefined
        await redis.stop()
      })
      server.trouble = (_, path, count) =>
        count % 7 === 0
          ? 'error'
          : count % 11 === 0
            ? 'cut after'
            : path.endsWith('run.tar') && count % 3 === 0
              ? 'cut'
              : undefined
      elsewhere('coordinator')
      const out = 's3://lab/runs/queued'
      const following = limbic(train(out, ...data, '--seeds', '6', ...queue, '--json'))
      await crew[0]?.saw('started')
      crew[0]?.child.kill('SIGKILL')
      crew.push(worker('three'))
      const { status, stdout, stderr } = await following
      expect([status, stderr]).toEqual([0, ''])
      const done = jsonLines(stdout).filter(({ event }) => event === 'run')
      expect(done.map(({ state }) => state)).toEqual(Array(6).fill('complete'))
      server.trouble = () => undefined
      await succeed('copy', out, at('queued'))
      for (const seed of [0, 1])
        expect(weights('queued', seed).equals(weights('alone', seed))).toBe(true)
      expect(existsSync(at('queued', 'summary.json'))).toBe(existsSync(at('alone', 'summary.json')))

      // A worker brings the run that another one starts from, too.
      const from = `${out}/seed-0`
      await succeed(...train('s3://lab/runs/tuned', ...data, '--from', from, ...queue))
      await succeed('copy', 's3://lab/runs/tuned', at('tuned'))
      const tuned = new RunFolder(at('tuned'))
      expect([tuned.readConfig().from, tuned.readDescription().beginning?.run]).toEqual([
        from,
        from,
      ])
    },
  )
})
