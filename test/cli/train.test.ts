import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { everythingIn, jsonLines, limbic, mistakeOf } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'
import { start } from '../support/running.js'

const at = temporaryPaths()
const bytes = (...parts: string[]) => readFileSync(at(...parts))

const tiny = [
  ...['--data', 'synthetic', '--synthetic-train', '40', '--synthetic-valid', '12'],
  ...['--synthetic-test', '12', '--hidden', '4', '--threads', '1', '--learning-rate', '0.005'],
]
/** Long enough to be interrupted in the midst of it. */
const long = ['--epochs', '12', '--patience', '12', '--batch-size', '2']
const train = (out: string, ...more: string[]) => [
  ...['train', 'mmlatch', ...tiny, '--out', at(out)],
  ...more,
]

describe('a run that is interrupted', () => {
  beforeAll(async () => {
    const whole = await limbic(train('whole', ...long))
    expect(whole.stderr).toContain('epoch 12/12')
    expect(whole.status).toBe(0)
  })

  const same = (name: string) => {
    const weights = (run: string) => bytes(run, 'weights.safetensors')
    expect(weights(name).equals(weights('whole'))).toBe(true)
    const lines = (run: string) =>
      readFileSync(at(run, 'predictions.test.jsonl'), 'utf8').split('\n')
    expect(lines(name)).toEqual(lines('whole'))
  }

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s stops between two steps, says how to go on, and comes to the same bits',
    async (signal) => {
      const name = `stopped-${signal}`
      const running = start(train(name, ...long))
      await running.saw('epoch 3/12')
      running.child.kill(signal)
      const { status, stderr } = await running.ended
      expect(status).toBe(130)
      expect(stderr).toContain(`limbic train --resume ${at(name)}`)
      expect(existsSync(at(name, 'results.json'))).toBe(false)

      const resumed = await limbic(['train', '--resume', at(name)])
      expect(resumed.stderr).toMatch(/going on after epoch \d+/)
      expect(resumed.status).toBe(0)
      same(name)
    },
  )

  test('by kill -9 goes on with the same command to the same bits', async () => {
    const running = start(train('killed', ...long))
    await running.saw('epoch 4/12')
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    expect(existsSync(at('killed', 'results.json'))).toBe(false)

    const resumed = await limbic(train('killed', ...long))
    expect(resumed.stderr).toMatch(/going on after epoch \d+/)
    expect(resumed.status).toBe(0)
    same('killed')
  })

  test('twice ends at once', async () => {
    const running = start(train('impatient', ...long))
    await running.saw('epoch 1/12')
    // While this process does nothing but train, the second signal may come before the next step.
    running.child.kill('SIGINT')
    running.child.kill('SIGINT')
    expect((await running.ended).status).toBe(130)
  })
})

describe('seeds', () => {
  const short = ['--epochs', '2', '--batch-size', '8']

  test('are trained into folders of their own, skipped when complete, and summarised', async () => {
    const first = await limbic(train('seeds', ...short, '--seeds', '2', '--json', '--quiet'))
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
    const weights = [0, 1].map((seed) => bytes('seeds', `seed-${seed}`, 'weights.safetensors'))
    expect(weights[0]?.equals(weights[1] ?? Buffer.of())).toBe(false)

    const summary = JSON.parse(readFileSync(at('seeds', 'summary.json'), 'utf8'))
    const results = [0, 1].map((seed) =>
      JSON.parse(readFileSync(at('seeds', `seed-${seed}`, 'results.json'), 'utf8')),
    )
    const errors = results.map(({ test: figures }) => figures.mae as number)
    expect(summary.test.metrics.mae.values).toEqual(errors)
    const mean = ((errors[0] ?? 0) + (errors[1] ?? 0)) / 2
    expect(summary.test.metrics.mae.mean).toBeCloseTo(mean, 12)
    const deviation = Math.abs((errors[0] ?? 0) - (errors[1] ?? 0)) / Math.SQRT2
    expect(summary.test.metrics.mae.deviation).toBeCloseTo(deviation, 12)

    const more = await limbic(train('seeds', ...short, '--seeds', '3'))
    expect(more.stderr).toContain('seed 0: complete already')
    expect(more.stderr).toContain('seed 1: complete already')
    expect(more.stderr).toContain('seed 2: epoch 2/2')
    expect(more.stdout).toContain('mean ± deviation over 3 seeds')
    expect(more.stdout).toMatch(/synthetic/)

    const fewer = await limbic(train('seeds', ...short, '--seeds', '1', '--quiet'))
    expect(fewer.stdout).toContain('one seed')
    const all = await limbic(['train', '--resume', at('seeds'), '--quiet'])
    expect(all.stdout).toContain('over 3 seeds')
  })

  test('come to the same bits alone, side by side, and after Ctrl-C', async () => {
    const seeds = (out: string, ...more: string[]) =>
      train(out, ...long, '--seeds', '2', '--workers', '2', ...more)
    const alone = await limbic(train('alone', ...long, '--seed', '1', '--quiet'))
    expect(alone.status).toBe(0)

    const running = start(seeds('beside'))
    await Promise.all([running.saw('seed 0: epoch 2/12'), running.saw('seed 1: epoch 2/12')])
    running.child.kill('SIGINT')
    const { status, stderr, stdout } = await running.ended
    expect(status).toBe(130)
    expect(stderr).toContain(`limbic train --resume ${at('beside')}`)
    expect(stdout).toBe('')
    expect(readdirSync(at('beside')).sort()).toEqual(['seed-0', 'seed-1', 'seeds.yaml'])

    const resumed = await limbic(['train', '--resume', at('beside'), '--workers', '1'])
    expect(resumed.stderr).toMatch(/seed 0: going on after epoch \d+/)
    expect(resumed.stderr).toMatch(/seed 1: going on after epoch \d+/)
    expect(resumed.stdout).toContain('mean ± deviation over 2 seeds')
    expect(resumed.status).toBe(0)
    const weights = 'weights.safetensors'
    expect(bytes('beside', 'seed-1', weights).equals(bytes('alone', weights))).toBe(true)
  })

  test('that fail are told, and the others are kept and summarised', async () => {
    mkdirSync(at('partly', 'seed-1'), { recursive: true })
    writeFileSync(at('partly', 'seed-1', 'poem.txt'), 'of value')
    const partly = await limbic(train('partly', ...short, '--seeds', '3'))
    expect(partly.status).toBe(1)
    expect(partly.stderr).toMatch(/1 of 3 runs failed:\n {2}seed 1: .*poem\.txt/)
    expect(partly.stdout).toContain('mean ± deviation over 2 seeds')
    expect(JSON.parse(readFileSync(at('partly', 'summary.json'), 'utf8')).test.seeds).toEqual([
      0, 2,
    ])
    expect(readFileSync(at('partly', 'seed-1', 'poem.txt'), 'utf8')).toBe('of value')

    rmSync(at('partly', 'seed-1'), { recursive: true })
    const again = await limbic(train('partly', ...short, '--seeds', '3', '--json', '--quiet'))
    expect(again.status).toBe(0)
    const ends = jsonLines(again.stdout).filter(({ event }) => event === 'run')
    expect(Object.fromEntries(ends.map(({ label, resumed }) => [label, resumed]))).toEqual({
      ...{ 'seed 0': true, 'seed 1': false, 'seed 2': true },
    })
  })

  test('that all fail alike say so once', async () => {
    const all = train('unknown', ...short, '--seeds', '3', '--monitor', 'acuracy', '--quiet')
    expect(mistakeOf(await limbic(all))).toMatch(/^limbic: .*no figure "acuracy" to be watched/)
  })

  test('refuse a folder of other settings, which stays as it is', async () => {
    const before = bytes('seeds', 'summary.json')
    const line = mistakeOf(await limbic(train('seeds', '--epochs', '3', '--seeds', '2', '--quiet')))
    expect(line).toMatch(/seeds: this folder holds other runs/)
    const single = mistakeOf(await limbic(train('seeds', ...short, '--quiet')))
    expect(single).toMatch(/seeds: this folder holds other runs\. Say how many with --seeds/)
    expect(bytes('seeds', 'summary.json').equals(before)).toBe(true)
  })

  test('are numbered folders below runs/ unless told otherwise, the same for the same command', async () => {
    const again = ['train', 'mmlatch', ...tiny, ...short, '--quiet']
    const kept = async (...more: string[]) => {
      const { stdout, status } = await limbic([...again, ...more], { cwd: at() })
      expect(status).toBe(0)
      return /Kept in (.*)/.exec(stdout)?.[1]
    }
    const one = 'runs/mmlatch-synthetic-sentiment-seed-0-1'
    expect(await kept()).toBe(one)
    expect(await kept()).toBe(one)
    expect(await kept('--seed', '1')).toBe('runs/mmlatch-synthetic-sentiment-seed-0-2')
  })
})

describe('the demo', () => {
  test('stops when it is told to, and keeps what is done', async () => {
    const running = start(['demo', '--out', at('demo')])
    await running.saw('[1/15] ')
    running.child.kill('SIGINT')
    const { status, stderr, stdout } = await running.ended
    expect(status).toBe(130)
    expect(stderr).toContain('Synthetic data, generated')
    expect(stderr).toContain('the same command goes on')
    expect(stdout).toBe('')
    const complete = everythingIn(at('demo')).filter((path) => path.endsWith('results.json'))
    expect(complete.length).toBeGreaterThan(0)
    expect(complete.length).toBeLessThan(15)
  })

  test('touches no folder of anything else', async () => {
    mkdirSync(at('taken', 'text'), { recursive: true })
    writeFileSync(at('taken', 'text', 'poem.txt'), 'of value')
    const line = mistakeOf(await limbic(['demo', '--out', at('taken'), '--fresh']))
    expect(line).toMatch(/taken.text: this folder holds something else/)
    expect(readFileSync(at('taken', 'text', 'poem.txt'), 'utf8')).toBe('of value')
  })
})

describe('a configuration file', () => {
  test('says what flags say, and flags win', async () => {
    writeFileSync(
      at('run.yaml'),
      [
        'model: mmlatch',
        'settings: { hidden: 5, modalities: [text] }',
        'data: { path: synthetic, synthetic: { train: 20, valid: 8, test: 8 } }',
        'training: { epochs: 1, batchSize: 10 }',
        'seed: 7',
      ].join('\n'),
    )
    const { status } = await limbic([
      ...['train', '--config', at('run.yaml'), '--hidden', '3', '--epochs', '2'],
      ...['--out', at('configured'), '--quiet'],
    ])
    expect(status).toBe(0)
    const kept = readFileSync(at('configured', 'config.yaml'), 'utf8')
    expect(kept).toMatch(/hidden: 3/)
    expect(kept).toMatch(/epochs: 2/)
    expect(kept).toMatch(/batchSize: 10/)
    expect(kept).toMatch(/seed: 7/)
    expect(kept).toMatch(/dropout: 0\.2/)
    expect(kept).toMatch(/modalities:\s+- text\n(?!\s+- audio)/)
  })

  test.each([
    ['training: { epoch: 3 }', /unknown key "training\.epoch"\. Did you mean "epochs"\?/],
    ['settings: { hiden: 3 }', /unknown key "hiden"\. Did you mean "hidden"\?/],
    ['model: mmlach', /there is no model "mmlach"\. Did you mean "mmlatch"\?/],
    ['training: { epochs: 0 }', /training\.epochs.*got 0/],
    ['- a list', /must be a mapping/],
    ['a: [', /no YAML/],
    ['\u0001\u0002: [\u0003', /wrong\.yaml: this is no YAML: got [ -~]*$/],
    ['model: {name: mmlatch}', /wrong\.yaml, model: does not fit: expected a string, got/],
  ])('that says "%s" is refused', async (content, says) => {
    writeFileSync(at('wrong.yaml'), content)
    const out = at('never')
    const line = mistakeOf(
      await limbic([
        ...['train', ...(content.startsWith('model') ? [] : ['mmlatch'])],
        ...['--config', at('wrong.yaml'), '--data', 'synthetic', '--out', out],
      ]),
    )
    expect(line).toMatch(says)
    expect(existsSync(out)).toBe(false)
  })
})

describe('a mistaken command line', () => {
  test.each([
    [['trian'], /unknown command 'trian'.*Did you mean train\?/],
    [['train', 'mmlach'], /no model "mmlach"\. Did you mean "mmlatch"\?/],
    [['train', 'mmlatch', '--batchsize', '3'], /unknown option '--batchsize'.*--batch-size\?/],
    [['train', 'mmlatch', '--hiden', '3'], /unknown option '--hiden'.*--hidden\?/],
    [['train', 'mmlatch', '--epochs', 'x'], /--epochs: .*got "x"/],
    [['train', 'mmlatch', '--epochs', '2.5'], /--epochs: .*got 2\.5/],
    [['train', 'mmlatch', '--feedback', 'lstn'], /--feedback: .*"lstm".*got "lstn"/],
    [['train', 'mmlatch', '--modalities', 'text,smell'], /--modalities, 1: /],
    [['train', 'mmlatch'], /no data are named.*--data PATH/],
    [['train', '--data', 'synthetic'], /no model is named/],
    [['train', 'mmlatch', '--data', 'synthetic', '--seeds', '0'], /--seeds: .*from 1 on, got "0"/],
    [
      ['train', 'mmlatch', '--data', 'synthetic', '--seeds', '1e9'],
      /--seeds: .*from 1 to 10000, got "1e9"/,
    ],
    [['train', 'mmlatch', '--data', 'synthetic', '--workers', '0'], /--workers: .*from 1 on/],
    [['train', 'mmlatch', '--data', ''], /--data: .*expected at least 1 letter, got ""/],
    [['train', '--resume', 'nowhere'], /nowhere: no such folder/],
    [['train', 'mmlatch', '--resume', 'nowhere'], /--resume: .*got mmlatch/],
  ])('%j is told in one line', async (args, says) => {
    expect(mistakeOf(await limbic(args, { cwd: at() }))).toMatch(says)
  })

  test('a damaged run is told in one line', async () => {
    cpSync(at('configured'), at('damaged'), { recursive: true })
    writeFileSync(at('damaged', 'results.json'), '{"bestEpoch": ')
    const line = mistakeOf(await limbic(['train', '--resume', at('damaged'), '--quiet']))
    expect(line).toMatch(/damaged.results\.json: is not valid JSON: got/)
  })
})

describe('help', () => {
  test('of every command has examples and costs nothing', async () => {
    const { stdout, status } = await limbic(['--help'])
    expect(status).toBe(0)
    const section = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Examples:'))
    const names = [...section.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
    expect(names).toEqual(
      expect.arrayContaining(['demo', 'train', 'eval', 'predict', 'compare', 'models', 'verify']),
    )
    const own = names.filter((name) => name !== 'help' && name !== 'data')
    const pages = await Promise.all(own.map((name) => limbic([name, '--help'])))
    for (const page of pages) {
      expect(page.stdout).toMatch(/Examples?:\n/)
      expect(page.status).toBe(0)
    }
  })

  test('of train knows a model’s settings with their defaults', async () => {
    const { stdout } = await limbic(['train', 'mmlatch', '--help'])
    expect(stdout).toMatch(/--hidden <count>[^-]*default:\s+100/)
    expect(stdout).toMatch(/--batch-size <count>[^-]*default:\s+32/)
  })
})
