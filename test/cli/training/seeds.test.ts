import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf, type Outcome, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()
const bytes = (...parts: string[]) => readFileSync(at(...parts))
const json = (...parts: string[]) => JSON.parse(readFileSync(at(...parts), 'utf8'))
const short = ['--epochs', '2', '--batch-size', '8']
const train = (out: string, ...more: string[]) => [
  ...['train', 'mmlatch', ...tinyRun, ...short, '--out', at(out)],
  ...more,
]
/** A copy of the two seeds that are trained before all tests. */
const copied = (name: string) => cpSync(at('seeds'), at(name), { recursive: true })

describe('limbic train --seeds', () => {
  let first: Outcome
  beforeAll(async () => {
    first = await limbic(train('seeds', '--seeds', '2', '--json', '--quiet'))
  })

  test('tells machines of each run from its beginning to its end, and of all', () => {
    expect(first.status).toBe(0)
    expect(first.stderr).toBe('')
    const records = jsonLines(first.stdout)
    expect(records.map(({ event }) => event)).toHaveLength(1 + 2 * 4 + 1)
    for (const label of ['seed 0', 'seed 1']) {
      const own = records.filter((record) => record.label === label)
      expect(own.map(({ event }) => event)).toEqual(['started', 'epoch', 'epoch', 'run'])
      expect(own.at(-1)).toMatchObject({ state: 'complete', resumed: false })
    }
    expect(records[0]).toMatchObject({ synthetic: true })
    expect(records.at(-1)).toMatchObject({ seeds: [0, 1], data: { synthetic: true } })
  })

  test('trains each seed into a folder of its own, to other weights', () => {
    const weights = [0, 1].map((seed) => bytes('seeds', `seed-${seed}`, 'weights.safetensors'))
    expect(weights[0]?.equals(weights[1] ?? Buffer.of())).toBe(false)
  })

  test('keeps mean and deviation over the seeds', () => {
    const { mae } = json('seeds', 'summary.json').test.metrics
    const [one = 0, other = 0] = [0, 1].map(
      (seed) => json('seeds', `seed-${seed}`, 'results.json').test.mae as number,
    )
    expect(mae.values).toEqual([one, other])
    expect(mae.mean).toBeCloseTo((one + other) / 2, 12)
    expect(mae.deviation).toBeCloseTo(Math.abs(one - other) / Math.SQRT2, 12)
  })

  test('trains further seeds and skips those that are complete', async () => {
    copied('more')
    const more = await limbic(train('more', '--seeds', '3'))
    expect(more.stderr).toContain('seed 0: already complete')
    expect(more.stderr).toContain('seed 1: already complete')
    expect(more.stderr).toContain('seed 2: epoch 2/2')
    expect(more.stdout).toContain('mean ± deviation over 3 seeds')
    expect(more.stdout).toMatch(/synthetic/)
  })

  test('tells of as many seeds as are asked for, and --resume of all', async () => {
    copied('fewer')
    const fewer = await limbic(train('fewer', '--seeds', '1', '--quiet'))
    expect(fewer.stdout).toContain('one seed')
    const all = await limbic(['train', '--resume', at('fewer'), '--quiet'])
    expect(all.stdout).toContain('over 2 seeds')
  })

  test('refuses a folder of other settings, which stays as it is', async () => {
    const before = bytes('seeds', 'summary.json')
    const other = await limbic(train('seeds', '--epochs', '3', '--seeds', '2', '--quiet'))
    expect(mistakeOf(other)).toMatch(/seeds: the folder contains other runs/)
    const single = await limbic(train('seeds', '--quiet'))
    expect(mistakeOf(single)).toMatch(
      /seeds: the folder contains other runs\. Give their number with --seeds/,
    )
    expect(bytes('seeds', 'summary.json').equals(before)).toBe(true)
  })
})

describe('seeds of which some fail', () => {
  let partly: Outcome
  beforeAll(async () => {
    mkdirSync(at('partly', 'seed-1'), { recursive: true })
    writeFileSync(at('partly', 'seed-1', 'poem.txt'), 'of value')
    partly = await limbic(train('partly', '--seeds', '3'))
  })

  test('are told, with exit code 1, and others are kept and summarised', () => {
    expect(partly.status).toBe(1)
    expect(partly.stderr).toMatch(/1 of 3 runs failed:\n {2}seed 1: .*poem\.txt/)
    expect(partly.stdout).toContain('mean ± deviation over 2 seeds')
    expect(json('partly', 'summary.json').test.seeds).toEqual([0, 2])
  })

  test('touch nothing that is in their way', () => {
    expect(readFileSync(at('partly', 'seed-1', 'poem.txt'), 'utf8')).toBe('of value')
  })

  test('are trained by the same command once nothing is in their way', async () => {
    cpSync(at('partly'), at('mended'), { recursive: true })
    rmSync(at('mended', 'seed-1'), { recursive: true })
    const again = await limbic(train('mended', '--seeds', '3', '--json', '--quiet'))
    expect(again.status).toBe(0)
    const ends = jsonLines(again.stdout).filter(({ event }) => event === 'run')
    expect(Object.fromEntries(ends.map(({ label, resumed }) => [label, resumed]))).toEqual({
      ...{ 'seed 0': true, 'seed 1': false, 'seed 2': true },
    })
  })

  test('say it once where all fail alike', async () => {
    const all = train('unknown', '--seeds', '3', '--monitor', 'acuracy', '--quiet')
    expect(mistakeOf(await limbic(all))).toMatch(/^limbic: .*no metric "acuracy" to monitor/)
    expect(existsSync(at('unknown', 'summary.json'))).toBe(false)
  })
})

describe('runs without --out', () => {
  test('are numbered folders below runs/, the same for the same command', async () => {
    const again = ['train', 'mmlatch', ...tinyRun, ...short, '--quiet']
    const kept = async (...more: string[]) => {
      const { stdout, status } = await limbic([...again, ...more], { cwd: at() })
      expect(status).toBe(0)
      return /Results: (.*)/.exec(stdout)?.[1]
    }
    const one = 'runs/mmlatch-synthetic-sentiment-seed-0-1'
    expect(await kept()).toBe(one)
    expect(await kept()).toBe(one)
    expect(await kept('--seed', '1')).toBe('runs/mmlatch-synthetic-sentiment-seed-0-2')
  })
})
