import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { RunFolder } from '../../../src/runs/folder.js'
import { everythingIn, limbic, succeed, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { start } from '../../support/running.js'

const at = temporaryPaths()
const weights = (...run: string[]) => readFileSync(at(...run, 'weights.safetensors'))
const train = (out: string, ...more: string[]) => [
  ...['train', 'mmlatch', ...tinyRun, '--batch-size', '4', '--out', at(out)],
  ...more,
]

describe('limbic train, of a run that is interrupted', () => {
  const whole = ['--epochs', '6', '--patience', '6']
  beforeAll(async () => {
    await succeed(...train('whole', ...whole))
  })

  const same = (name: string) => {
    expect(weights(name).equals(weights('whole'))).toBe(true)
    const lines = (run: string) => readFileSync(at(run, 'predictions.test.jsonl'), 'utf8')
    expect(lines(name).split('\n')).toEqual(lines('whole').split('\n'))
  }

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s stops between two steps, says how to go on, and comes to the same bits',
    async (signal) => {
      const name = `stopped-${signal}`
      const signalled = { at: ['epoch 3/6'], signal }
      const { status, stderr } = await start(train(name, ...whole), { signalled }).ended
      expect(status).toBe(130)
      expect(stderr).toContain(`limbic train --resume ${at(name)}`)
      expect(existsSync(at(name, 'results.json'))).toBe(false)

      const resumed = await limbic(['train', '--resume', at(name)])
      expect(resumed.stderr).toMatch(/resuming after epoch \d+/)
      expect(resumed.status).toBe(0)
      same(name)
    },
  )

  test('by kill -9 goes on with the same command to the same bits', async () => {
    const signalled = { at: ['epoch 4/6'], signal: 'SIGKILL' } as const
    const killed = await start(train('killed', ...whole), { signalled }).ended
    expect(killed.signal).toBe('SIGKILL')
    expect(existsSync(at('killed', 'results.json'))).toBe(false)

    const resumed = await limbic(train('killed', ...whole))
    expect(resumed.stderr).toMatch(/resuming after epoch \d+/)
    expect(resumed.status).toBe(0)
    same('killed')
  })
})

describe('limbic train --seeds, interrupted', () => {
  test('stops all runs, goes on with them, and each comes to what it comes to alone', async () => {
    // However late a busy machine stops it, neither run is done before.
    const endless = ['--epochs', '4000', '--patience', '4000']
    const told = ['seed 0: epoch 2/4000', 'seed 1: epoch 2/4000']
    const { status, stderr, stdout } = await start(
      train('beside', ...endless, '--seeds', '2', '--workers', '2'),
      { signalled: { at: told, signal: 'SIGINT' } },
    ).ended
    expect(status).toBe(130)
    expect(stderr).toContain(`limbic train --resume ${at('beside')}`)
    expect(stdout).toBe('')
    expect(readdirSync(at('beside')).sort()).toEqual(['seed-0', 'seed-1', 'seeds.yaml'])

    const done = [0, 1].map((seed) => new RunFolder(at('beside', `seed-${seed}`)).readEpochs())
    const epochs = `${1 + Math.max(...done.map(({ length }) => length))}`
    const more = ['--epochs', epochs, '--workers', '1']
    const resumed = await limbic(['train', '--resume', at('beside'), ...more])
    expect(resumed.stderr).toMatch(/seed 0: resuming after epoch \d+/)
    expect(resumed.stderr).toMatch(/seed 1: resuming after epoch \d+/)
    expect(resumed.stdout).toContain('mean ± deviation over 2 seeds')
    expect(resumed.status).toBe(0)
    await succeed(...train('alone', '--epochs', epochs, '--patience', '4000', '--seed', '1'))
    expect(weights('beside', 'seed-1').equals(weights('alone'))).toBe(true)
  })
})

describe('limbic demo, interrupted', () => {
  test('stops, says how to go on, and keeps what is done', async () => {
    const signalled = { at: ['[1/15] '], signal: 'SIGINT' } as const
    const { status, stderr, stdout } = await start(['demo', '--out', at('demo')], { signalled })
      .ended
    expect(status).toBe(130)
    expect(stderr).toContain('Synthetic data, generated')
    expect(stderr).toContain('repeat the command to resume')
    expect(stdout).toBe('')
    const complete = everythingIn(at('demo')).filter((path) => path.endsWith('results.json'))
    expect(complete.length).toBeGreaterThan(0)
    expect(complete.length).toBeLessThan(15)
  })
})
