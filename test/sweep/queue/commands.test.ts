/** Commands that hand out runs: searches and tables over a queue, of which whoever follows is killed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tiny, writeExperiment } from '../../cli/commands/reproduce/experiment.js'
import { jsonLines, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { type RunningProgram, start } from '../../support/running.js'
import { hasRedis, needsRedis, type RedisServer, startRedis } from '../../support/servers/redis.js'

const at = temporaryPaths()
const small = [
  ...['--data', 'synthetic', '--synthetic-train', '24', '--synthetic-valid', '8'],
  ...['--synthetic-test', '8', '--threads', '1', '--quiet', '--json'],
]

describe.skipIf(!hasRedis)(`over a queue${hasRedis ? '' : ` (${needsRedis})`}`, () => {
  let server: RedisServer
  let worker: RunningProgram
  beforeAll(async () => {
    mkdirSync(at('redis'))
    server = await startRedis(at('redis'))
    worker = start(['worker', '--queue', server.url, '--slots', '1', '--lease', '3'], { cwd: at() })
  })
  afterAll(async () => {
    worker.child.kill('SIGKILL')
    await worker.ended
    await server.stop()
  })
  const queue = () => ['--queue', server.url]

  test.each([
    ['in rounds', []],
    ['asynchronously', ['--asynchronous']],
  ])(
    'limbic search halves %s, also where it was left by a coordinator that was killed',
    async (name, more) => {
      writeFileSync(
        at('space.yaml'),
        'training.learningRate: { min: 1e-4, max: 1e-1, scale: log }\nsettings.hidden: [4, 6]\n',
      )
      const search = (out: string, ...rest: string[]) => [
        ...['search', 'mmlatch', ...small, '--modalities', 'text', '--feedback', 'none'],
        ...['--space', at('space.yaml'), '--epochs', '4', '--batch-size', '8', '--patience', '9'],
        ...[
          '--trials',
          '4',
          '--first-epochs',
          '1',
          '--eta',
          '2',
          '--out',
          at(out),
          ...more,
          ...rest,
        ],
      ]
      const first = start(search(`${name} queued`, ...queue()), { cwd: at() })
      await worker.saw('trial-1: complete')
      first.child.kill('SIGKILL')
      await first.ended
      const { status, stdout, stderr } = await start(search(`${name} queued`, ...queue()), {
        cwd: at(),
      }).ended
      expect([status, stderr]).toEqual([0, ''])
      const lines = jsonLines(stdout)
      const trials = lines.filter(({ event }) => event === 'trial')
      expect(trials).toHaveLength(4)
      const best = lines.find(({ event }) => event === 'best')
      expect([best?.epochs, best?.name]).toEqual([4, trials[0]?.name])
      // The chosen run is, to the bits, the one that a search on one machine trains to its end.
      const whole = search(`${name} alone`).filter((word) => word !== '--asynchronous')
      const at1 = whole.indexOf('--first-epochs')
      await succeed(...whole.filter((_, index) => index < at1 || index > at1 + 3))
      const weights = (out: string) =>
        readFileSync(at(out, String(best?.name), 'weights.safetensors'))
      expect(weights(`${name} queued`).equals(weights(`${name} alone`))).toBe(true)
    },
  )

  test('limbic reproduce makes the same table as on one machine', async () => {
    const reproduce = (out: string, ...more: string[]) => [
      ...[
        'reproduce',
        at('tiny.yaml'),
        '--data',
        'synthetic',
        '--threads',
        '1',
        '--quiet',
        '--json',
      ],
      ...['--out', at(out), ...more],
    ]
    writeExperiment(at('tiny.yaml'), tiny())
    const { status, stdout, stderr } = await start(reproduce('table', ...queue()), { cwd: at() })
      .ended
    expect([status, stderr]).toEqual([0, ''])
    const alone = jsonLines(await succeed(...reproduce('table alone', '--workers', '1')))
    const cells = (lines: readonly Record<string, unknown>[]) =>
      lines.filter(({ event }) => event === 'cell')
    expect(cells(jsonLines(stdout))).toEqual(cells(alone))
    expect(cells(alone).length).toBeGreaterThan(3)
    expect(readFileSync(at('table', 'table.csv'))).toEqual(
      readFileSync(at('table alone', 'table.csv')),
    )
  })
})
