/** Ctrl-C of whoever handed out runs: they are taken back, and go on where they were. */
import { existsSync, mkdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryPaths } from '../../support/folders.js'
import { start } from '../../support/running.js'
import { hasRedis, needsRedis, startRedis } from '../../support/servers/redis.js'

const at = temporaryPaths()

test.skipIf(!hasRedis)(
  `Ctrl-C takes runs back between two steps, and the same command goes on${hasRedis ? '' : ` (${needsRedis})`}`,
  async () => {
    mkdirSync(at('redis'))
    const server = await startRedis(at('redis'))
    const queue = ['--queue', server.url]
    const worker = start(['worker', ...queue, '--slots', '1', '--lease', '3'])
    onTestFinished(async () => {
      worker.child.kill('SIGKILL')
      await worker.ended
      await server.stop()
    })
    const train = () =>
      start([
        ...['train', 'mmlatch', '--data', 'synthetic', '--synthetic-train', '40'],
        ...[
          '--synthetic-valid',
          '8',
          '--synthetic-test',
          '8',
          '--hidden',
          '4',
          '--batch-size',
          '2',
        ],
        ...['--modalities', 'text', '--feedback', 'none', '--epochs', '100', '--patience', '100'],
        ...['--seeds', '2', '--out', at('runs'), ...queue],
      ])
    const first = train()
    await first.saw('seed 0: epoch ')
    first.child.kill('SIGINT')
    const { status, stderr } = await first.ended
    expect(status).toBe(130)
    expect(stderr).toContain('repeat the command to resume')
    await worker.saw('seed 0: given back')
    expect(existsSync(at('runs', 'seed-0'))).toBe(false)

    const again = await train().ended
    expect(again.status).toBe(0)
    expect(again.stderr).toMatch(/seed 0: resuming after epoch \d+/)
    expect([0, 1].map((seed) => existsSync(at('runs', `seed-${seed}`, 'results.json')))).toEqual([
      true,
      true,
    ])
  },
)
