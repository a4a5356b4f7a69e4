/** limbic eval: a run's own results again, other splits and other data. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { synthesise, writeStore } from '../../../src/data/index.js'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { at, train } from './trained.js'

beforeAll(async () => {
  await Promise.all([train('feedback', '--seeds', '2'), train('baseline', '--feedback', 'none')])
})

describe('eval', () => {
  test("gives a run's own results again", async () => {
    const [record] = jsonLines(await succeed('eval', at('baseline'), '--json'))
    const { test: results } = JSON.parse(readFileSync(at('baseline', 'results.json'), 'utf8'))
    expect(record).toMatchObject({ split: 'test', metrics: results })
  })

  test('goes through all seeds of a folder, and other splits', async () => {
    const stdout = await succeed('eval', at('feedback'), '--split', 'valid')
    expect(stdout).toMatch(/synthetic.*valid split, mean ± deviation over 2 seeds/)
  })

  test('standardises other data with the statistics of training', async () => {
    const stdout = await succeed(
      ...['eval', at('baseline'), '--data', 'synthetic', '--synthetic-seed', '4', '--json'],
    )
    const [record] = jsonLines(stdout)
    expect(record).toMatchObject({ data: 'synthetic sentiment (seed 4)' })
    // Of the run's own options all others stay as they are.
    const notes = await limbic(['eval', at('baseline'), '--data', 'synthetic'])
    expect(notes.stderr).toContain('40 / 12 / 12 samples')
  })

  test('reads labels as in training, whatever they look like in a part', async () => {
    const corpus = synthesise({
      aligned: true,
      samples: { train: 4, valid: 2, test: 4 },
      widths: { text: 32, audio: 16, vision: 12 },
    })
    const sentiment = Float32Array.of(0, 1, 1, 0)
    const splits = {
      ...corpus.splits,
      test: { ...corpus.splits.test, targets: { sentiment } },
    }
    await writeStore({ ...corpus, splits }, at('whole-numbers'))
    const stdout = await succeed(
      ...['eval', at('baseline'), '--data', at('whole-numbers'), '--json', '--quiet'],
    )
    expect(jsonLines(stdout)[0]).toMatchObject({ metrics: { mae: expect.any(Number) } })
  })

  test('refuses data of other widths', async () => {
    await succeed(
      ...['data', 'synth', '--out', at('wide'), '--aligned', '--samples', '8,4,4'],
      ...['--widths', '32,16,5'],
    )
    const line = mistakeOf(await limbic(['eval', at('baseline'), '--data', at('wide'), '--quiet']))
    expect(line).toMatch(/vision: the features differ from those.*expected 12.*got 5/)
  })

  test('refuses what is no run', async () => {
    expect(mistakeOf(await limbic(['eval', at()]))).toMatch(/not a run folder/)
    expect(mistakeOf(await limbic(['eval', at('baseline'), '--split', 'tset']))).toMatch(
      /--split: unknown value "tset"\. Did you mean "test"\?/,
    )
  })
})
