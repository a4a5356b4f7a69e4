import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()
const tiny = [
  ...['--data', 'synthetic', '--synthetic-train', '24', '--synthetic-valid', '8'],
  ...['--synthetic-test', '8', '--hidden', '4', '--threads', '1', '--modalities', 'text'],
  ...['--feedback', 'none', '--batch-size', '8'],
]
const train = (out: string, ...more: string[]) =>
  limbic(['train', 'mmlatch', ...tiny, '--out', at(out), ...more])

beforeAll(async () => {
  expect((await train('first', '--epochs', '1')).status).toBe(0)
})

describe('limbic train', () => {
  test('lets a complete run train on', async () => {
    cpSync(at('first'), at('longer'), { recursive: true })
    const longer = await limbic(['train', '--resume', at('longer'), '--epochs', '3'])
    expect(longer.stderr).toMatch(/resuming after epoch 1\n(.*\n)*.*epoch 3\/3/)
    expect(longer.status).toBe(0)
    const again = await limbic(['train', '--resume', at('longer'), '--epochs', '3'])
    expect(mistakeOf(again)).toMatch(/nothing left to train: got epochs 3.*Raise --epochs/)
  })

  test('begins with the weights of another run, and says what it took', async () => {
    const args = ['train', '--from', at('first'), ...tiny, '--epochs', '1', '--out', at('tuned')]
    const tuned = await limbic(args.filter((_, index) => !args[index]?.match(/^--hidden$|^4$/)))
    expect(tuned.stderr).toMatch(/starts from (\d+) of \1 parameters of .*first/)
    expect(tuned.status).toBe(0)
  })

  test('says how to give the path of data that are no longer there, and goes on with it', async () => {
    const sizes = ['--train', '24', '--valid', '8', '--test', '8', '--aligned']
    const store = ['data', 'synth', '--out', at('corpus'), ...sizes]
    expect((await limbic(store)).status).toBe(0)
    const from = ['train', 'mmlatch', '--data', at('corpus'), ...tiny.slice(8), '--epochs', '1']
    expect((await limbic([...from, '--out', at('moved')])).stderr).toMatch(/epoch 1\/1/)
    renameSync(at('corpus'), at('elsewhere'))
    const resume = ['train', '--resume', at('moved'), '--epochs', '2']
    expect(mistakeOf(await limbic(resume))).toMatch(
      /run's data cannot be found\. Give .*--data PATH/,
    )
    const there = await limbic([...resume, '--data', at('elsewhere')])
    expect(there.stderr).toMatch(/epoch 2\/2/)
    expect(there.status).toBe(0)
  })

  test('that fails at its start leaves nothing that blocks the corrected command', async () => {
    const wrong = await train('corrected', '--seeds', '2', '--rates', 'nonesuch=2')
    expect(wrong.status).toBe(2)
    const right = await train('corrected', '--seeds', '2', '--epochs', '1')
    expect(right.status).toBe(0)
    expect(readdirSync(at('corrected')).sort()).toEqual([
      'seed-0',
      'seed-1',
      'seeds.yaml',
      'summary.json',
    ])
    const alone = await train('alone', '--rates', 'nonesuch=2')
    expect(alone.stderr).toMatch(/^limbic: .*starts with "nonesuch"/m)
    expect(existsSync(at('alone'))).toBe(false)
  })
})

describe('limbic runs', () => {
  test('lists every run below a folder, for people and for machines', async () => {
    const table = await limbic(['runs', at()])
    expect(table.stdout).toMatch(/Run +State +Model +Data +Best epoch +Validation loss +Figure/)
    expect(table.stdout).toMatch(/first +complete +mmlatch +.*synthetic.* 1 of 1 .*\(test\)/)
    const records = jsonLines((await limbic(['runs', at(), '--json'])).stdout)
    expect(records).toContainEqual(
      expect.objectContaining({
        ...{ run: at('first'), state: 'complete', model: 'mmlatch', seed: 0, bestEpoch: 1 },
        figure: { metric: 'mae', split: 'test', value: expect.any(Number) },
      }),
    )
  })

  test('says where there are none, and where there is no such folder', async () => {
    expect((await limbic(['runs', at('first', 'none')])).stderr).toMatch(/no such file or folder/)
  })
})
