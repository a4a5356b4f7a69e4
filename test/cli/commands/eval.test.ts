/** limbic eval: a run's own results again, other splits and other data. */
import { cpSync, readFileSync } from 'node:fs'
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

  describe('with inputs missing', () => {
    const missing = ['--missing', 'audio+vision=0.5,1', '--quiet']

    test('gives figures as shares grow, the same at each run', async () => {
      const given = ['eval', at('baseline'), ...missing, '--json']
      const stdout = await succeed(...given)
      const records = jsonLines(stdout).filter(({ event }) => event === 'run')
      expect(records.map(({ missing: row }) => row)).toEqual([
        undefined,
        { inputs: ['audio', 'vision'], share: 0.5 },
        { inputs: ['audio', 'vision'], share: 1 },
      ])
      const { test: results } = JSON.parse(readFileSync(at('baseline', 'results.json'), 'utf8'))
      expect(records[0]).toMatchObject({ metrics: results })
      const errors = records.map(({ metrics }) => JSON.stringify(metrics))
      expect(new Set(errors).size).toBe(3)
      expect(await succeed(...given)).toBe(stdout)
    })

    test('asked for twice are given once, with the share as it is', async () => {
      const given = ['--missing', 'audio+audio=0.005', 'audio=0.005', '--quiet']
      const stdout = await succeed('eval', at('baseline'), ...given)
      expect(stdout.match(/missing/g)).toHaveLength(1)
      expect(stdout).toMatch(/baseline, audio missing in 0\.5%/)
    })

    test('of several runs stand in one table and one chart', async () => {
      const chart = at('missing.svg')
      const both = [at('feedback'), at('baseline')]
      const stdout = await succeed('eval', ...both, ...missing, '--chart', chart)
      expect(stdout).toMatch(/feedback, audio and vision missing in 50%/)
      expect(stdout).toMatch(/baseline, audio and vision missing in 100%/)
      const svg = readFileSync(chart, 'utf8')
      expect(svg).toMatch(/Share of samples that lack the input/)
      expect(svg).toMatch(/feedback: audio and vision/)
    })

    test('of runs whose folders have the same name go by their paths', async () => {
      cpSync(at('baseline'), at('again', 'baseline'), { recursive: true })
      const both = [at('baseline'), at('again', 'baseline')]
      const chart = at('same.svg')
      await succeed('eval', ...both, '--missing', 'audio=1', '--quiet', '--chart', chart)
      const svg = readFileSync(chart, 'utf8')
      for (const path of both) expect(svg).toContain(`${path}: audio`)
    })

    test('refuses runs on different data in one table', async () => {
      await train('other-data', '--feedback', 'none', '--synthetic-seed', '9')
      const outcome = await limbic(['eval', at('baseline'), at('other-data'), '--quiet'])
      expect(mistakeOf(outcome)).toMatch(
        /runs on different data cannot be compared.*seed 0.*seed 9/,
      )
    })

    test.each([
      [['--missing', 'smell'], /the model does not read smell.*expected text, audio, vision/],
      [['--missing', 'audio='], /invalid --missing.*got "audio="/],
      [['--missing', 'audio=2'], /invalid --missing.*audio=0\.3.*got "audio=2"/],
      [['--chart', 'x.svg'], /--chart needs --missing/],
      [
        ['--missing', 'audio=0', '--chart', 'x.svg'],
        /--chart needs --missing with a share above 0/,
      ],
    ])('refuses %j', async (flags, says) => {
      expect(mistakeOf(await limbic(['eval', at('baseline'), '--quiet', ...flags]))).toMatch(says)
    })
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
