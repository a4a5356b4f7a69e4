import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { configureRows } from '../../src/experiments/configure.js'
import { experimentNames, findExperiment } from '../../src/experiments/read.js'
import { RunFolder } from '../../src/runs/folder.js'
import { openModel } from '../../src/runs/model-file/index.js'
import { jsonLines, limbic, mistakeOf } from '../support/command-line.js'
import { temporaryPaths } from '../support/folders.js'
import { type RunningProgram, start } from '../support/running.js'

const at = temporaryPaths()

describe('the experiments that come with Limbic', () => {
  test('are the tables of the documents and some of our own', () => {
    expect(experimentNames()).toEqual(
      expect.arrayContaining([
        ...['hda-table-2', 'mesm-table-3', 'mesm-table-4', 'mmlatch-table-1', 'mmlatch-table-2'],
        ...['selfcross-table-1', 'selfcross-table-2', 'mosi', 'ravdess', 'synthetic-sarcasm'],
      ]),
    )
  })

  test.each(experimentNames())('%s configures the model of every row', (name) => {
    const named = findExperiment(name)
    for (const path of ['features.pkl', 'synthetic']) {
      const rows = configureRows(named, path)
      expect(rows.length).toBeGreaterThan(0)
      for (const { config, title } of rows) {
        const { inputs } = openModel(config.model).configure(config.settings)
        expect(inputs.length, title).toBeGreaterThan(0)
      }
    }
  })

  test.each([
    ['hda-table-2', 'Fused: Aligned data', 'weightedF1.fear', 93.2],
    ['hda-table-2', 'SOTA1 (joint encoding)', 'accuracy.surprise', 90.5],
    ['mesm-table-3', 'EmoEmbs', 'f1.frustrated', 52.0],
    ['mesm-table-4', 'MulT', 'weightedAccuracy', 65.4],
    ['mesm-table-4', 'LF-TRANS', 'f1.surprised', 24.2],
    ['selfcross-table-1', 'T+A: MDRE', 'classMeanAccuracy', [0.418, 0.077]],
    ['selfcross-table-1', 'T+V+A: Self', 'accuracy', [0.642, 0.019]],
    ['selfcross-table-2', 'Cross+Self', 'classMeanAccuracy', [0.585, 0.028]],
    ['mmlatch-table-1', 'Baseline + MMLatch best', 'accuracy7', 52.1],
    ['mmlatch-table-2', 'MulT, no feedback', 'accuracy7', [47.91, 1.13]],
  ])('%s has what the document prints of %s', (name, row, metric, figure) => {
    const { rows } = findExperiment(name).experiment
    const found = rows.find(
      ({ group, label }) => (group === undefined ? label : `${group}: ${label}`) === row,
    )
    expect(found?.paper[metric]).toEqual(figure)
  })

  test('are listed, and so are the rows of one', async () => {
    const all = await limbic(['reproduce', '--list'])
    expect(all.stdout).toMatch(/selfcross-table-1 .*IEMOCAP/)
    const rows = await limbic(['reproduce', 'selfcross-table-2', '--list', '--json'])
    const ids = jsonLines(rows.stdout).map(({ id }) => id)
    expect(ids).toEqual(['cross-nosp', 'cross', 'self-nosp', 'self', 'cross-self'])
  })
})

/** A table of a document that there is not, small enough to be run. */
const tiny = (changes: Record<string, unknown> = {}) => ({
  title: 'Two encoders',
  source: { document: 'A document', table: 'Table 1' },
  data: { name: 'A corpus', target: 'sentiment', synthetic: { train: 24, valid: 8, test: 8 } },
  protocol: { seeds: 2, training: { epochs: 2, batchSize: 8 } },
  models: { mmlatch: { settings: { hidden: 4, feedback: 'none' } } },
  columns: [
    { metric: 'mae', title: 'MAE' },
    { metric: 'accuracy2ZerosExcluded', title: 'Acc-2', scale: 100, digits: 1 },
    { metric: 'f1.happy', title: 'Happy F1' },
  ],
  rows: [
    {
      label: 'Words',
      model: 'mmlatch',
      settings: { modalities: ['text'] },
      paper: { mae: [0.9, 0.02], accuracy2ZerosExcluded: 75 },
    },
    { label: 'Voice', model: 'mmlatch', settings: { modalities: ['audio'] }, paper: { mae: 1.1 } },
    { label: 'Best', best: { of: 'words', by: 'mae' }, paper: { mae: 0.8 } },
    { label: 'Other', quoted: 'is not built here', paper: { mae: 0.7 } },
    {
      label: 'Unaligned',
      model: 'mmlatch',
      settings: { modalities: ['text'] },
      needs: { aligned: false },
    },
  ],
  ...changes,
})
const write = (name: string, experiment: unknown) => {
  const path = at(`${name}.yaml`)
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(experiment))
  return path
}
const runIt = (path: string, ...more: string[]) => [
  ...['reproduce', path, '--data', 'synthetic', '--workers', '2'],
  ...more,
]
const testFigure = (metric: string, ...parts: string[]) =>
  new RunFolder(at(...parts)).readResults().test[metric] ?? Number.NaN

describe('limbic reproduce', () => {
  const path = write('tiny', tiny())
  const out = at('tiny')

  test('sets ours beside what the document reports, with the difference and its reasons', async () => {
    const { status, stdout, stderr } = await limbic(runIt(path, '--out', out))
    expect(status).toBe(0)
    expect(stderr).toContain('Skipping unaligned: needs unaligned data')
    expect(stderr).toContain('[4/4]')
    expect(stdout).toMatch(/those here are for synthetic sentiment.*generated by a program/)

    const values = [0, 1].map((seed) => testFigure('mae', 'tiny', 'words', `seed-${seed}`))
    const [one = 0, other = 0] = values
    const mean = (one + other) / 2
    const deviation = Math.abs(one - other) / Math.SQRT2
    const difference = mean - 0.9
    expect(stdout).toMatch(/Words +paper +0\.900 ± 0\.020/)
    expect(stdout).toMatch(
      new RegExp(`Words +ours +${mean.toFixed(3)} ± ${deviation.toFixed(3)}`.replace(/\./g, '\\.')),
    )
    expect(stdout).toContain(`${difference > 0 ? '+' : ''}${difference.toFixed(3)}`)
    expect(stdout).toMatch(
      new RegExp(`Best +ours +${Math.min(one, other).toFixed(3)} `.replace(/\./g, '\\.')),
    )
    expect(stdout).toContain('is not built here')
    expect(stdout).toContain('f1.happy is not measured for sentiment')

    for (const name of ['report.html', 'table.csv', 'table.md', 'table.tex']) {
      const content = readFileSync(join(out, name), 'utf8')
      if (name !== 'table.csv') expect(content).toContain('synthetic sentiment')
      expect(content).toContain(mean.toFixed(3))
    }
  })

  test('computes nothing twice, also with other rows, more seeds and another number of workers', async () => {
    const weights = join(out, 'words', 'seed-0', 'weights.safetensors')
    const before = readFileSync(weights)
    const again = await limbic(
      runIt(path, '--out', out, '--rows', 'words', '--seeds', '3', '--workers', '1'),
    )
    expect(again.status).toBe(0)
    expect(again.stderr).toContain('[3/3] words, seed 2')
    expect(again.stderr).not.toContain('words, seed 0:')
    expect(again.stderr).toContain('2 of 3 runs are already complete')
    expect(again.stdout).toContain('Deviations from the experiment: 3 of 2 seeds')
    expect(again.stdout).not.toContain('Voice')
    expect(readFileSync(weights).equals(before)).toBe(true)
    expect(new RunFolder(join(out, 'words', 'seed-2')).readConfig().threads).toBeUndefined()
  })

  test('says it where runs are not as the experiment has them, and does not mix them up', async () => {
    const other = runIt(path, '--rows', 'words', '--seeds', '1', '--epochs', '1')
    const line = mistakeOf(await limbic([...other, '--out', out, '--quiet']))
    expect(line).toMatch(/tiny: the folder contains row "words" with other settings/)
    const apart = await limbic([...other, '--out', at('apart')])
    expect(apart.stdout).toMatch(
      /Deviations from the experiment: 1 of 2 seeds; training\.epochs 1\./,
    )

    const set = [...other, '--set', 'hidden=3', 'readout=attention', '--out', at('set')]
    expect((await limbic(set)).stdout).toContain('settings.hidden 3; settings.readout attention')
    const { settings } = new RunFolder(at('set', 'words', 'seed-0')).readConfig()
    expect(settings).toMatchObject({ hidden: 3, readout: 'attention', modalities: ['text'] })
    const wrong = await limbic([...other, '--set', 'hiden=3', '--out', at('never')])
    expect(mistakeOf(wrong)).toMatch(/--set: no model.*"hiden"\. Did you mean "hidden"\?/)
    const broken = await limbic([...other, '--set', 'modalities=[text', '--out', at('never')])
    expect(mistakeOf(broken)).toMatch(/--set: invalid YAML: .*got "\[text"/)
  })

  test('reports runs that fail and ends with 1, when all others are done', async () => {
    mkdirSync(join(out, 'voice', 'seed-9'), { recursive: true })
    mkdirSync(join(out, 'voice', 'seed-2'))
    writeFileSync(join(out, 'voice', 'seed-2', 'poem.txt'), 'of value')
    const { status, stdout, stderr } = await limbic(runIt(path, '--out', out, '--seeds', '3'))
    expect(status).toBe(1)
    expect(stderr).toMatch(/1 of 6 runs failed:\n {2}voice, seed 2: .*poem\.txt/)
    expect(stdout).toMatch(/Voice +ours/)
    expect(stdout).toContain('1 of 3 runs failed')
    expect(readFileSync(join(out, 'voice', 'seed-2', 'poem.txt'), 'utf8')).toBe('of value')
  })

  test('divides one data set into folds, and takes several as the folds', async () => {
    const folded = await limbic(
      runIt(
        path,
        '--rows',
        'words',
        '--seeds',
        '1',
        '--folds',
        '2',
        '--out',
        at('folds'),
        '--json',
      ),
    )
    expect(folded.status).toBe(0)
    expect(readdirSync(at('folds', 'words')).sort()).toEqual(['fold0-seed0', 'fold1-seed0'])
    const tested = [0, 1].flatMap((fold) =>
      new RunFolder(at('folds', 'words', `fold${fold}-seed0`))
        .readPredictions('test')
        .map(({ id }) => id),
    )
    expect(new Set(tested).size).toBe(40)
    expect(tested.length).toBe(40)
    const cell = jsonLines(folded.stdout).find(
      ({ event, column }) => event === 'cell' && column === 'MAE',
    )
    expect(cell).toMatchObject({ row: 'Words', paper: { mean: 0.9 }, ours: { runs: 2 } })
  })
})

describe('an experiment that is interrupted', () => {
  const long = tiny({
    protocol: { seeds: 2, training: { epochs: 5000, patience: 5000, batchSize: 2 } },
    rows: [{ label: 'Words', model: 'mmlatch', settings: { modalities: ['text'] } }],
  })
  const path = write('long', long)
  const epochsOf = (out: string, seed: number) =>
    new RunFolder(at(out, 'words', `seed-${seed}`)).readEpochs().length
  /** Until every run has finished some epochs; a program that ends before has failed. */
  const underWay = async (program: RunningProgram, out: string, epochs = 1) => {
    let over = false
    const ended = program.ended.then(({ stderr }) => {
      over = true
      throw new Error(`ended without ${epochs} epochs: ${stderr}`)
    })
    const reached = (async () => {
      while (!over && ![0, 1].every((seed) => epochsOf(out, seed) >= epochs)) {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()
    await Promise.race([reached, ended])
    ended.catch(() => {})
  }
  const locks = (out: string) =>
    readdirSync(at(out, 'words')).filter((name) => name.endsWith('.lock'))

  test('by Ctrl-C ends with 130 and says how to go on; after kill -9 the workers end too', async () => {
    const stopped = start(runIt(path, '--out', at('stopped')))
    await underWay(stopped, 'stopped')
    stopped.child.kill('SIGINT')
    const { status, stderr, stdout } = await stopped.ended
    expect(status).toBe(130)
    expect(stderr).toContain('Stopped with 2 runs left; repeat the command to resume')
    expect(stdout).toBe('')
    expect(locks('stopped')).toEqual([])
    const before = [0, 1].map((seed) => epochsOf('stopped', seed))

    const killed = start(runIt(path, '--out', at('stopped')))
    await killed.saw(`seed 0: resuming after epoch ${before[0]}`)
    await underWay(killed, 'stopped', Math.max(...before) + 1)
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    // The workers find out by themselves, on a busy machine late.
    await vi.waitUntil(() => locks('stopped').length === 0, { timeout: 200_000, interval: 100 })
    expect(locks('stopped')).toEqual([])
    expect(existsSync(at('stopped', 'report.html'))).toBe(false)
  })
})

describe('what is mistaken', () => {
  test('data that no row fits leave nothing behind', async () => {
    const rows = tiny().rows.filter(({ label }) => label === 'Unaligned')
    const args = runIt(write('unfit', tiny({ rows })), '--out', at('unfit'), '--quiet')
    expect(mistakeOf(await limbic(args))).toMatch(
      /no row of the experiment can be trained on this data: got unaligned: needs unaligned data.*It is designed for A corpus/,
    )
    expect(existsSync(at('unfit'))).toBe(false)
  })

  const [first, ...others] = tiny().rows
  test.each([
    ['an unknown key', { colums: [] }, /unknown key "colums"\. Did you mean "columns"\?/],
    ['no target', { data: { name: 'A corpus' } }, /data\.target/],
    [
      'an unknown model',
      { rows: [{ label: 'A', model: 'mmlach' }], models: {} },
      /row "A".*mmlach/,
    ],
    [
      'an unfit setting',
      { rows: [{ ...first, settings: { hiden: 3 } }] },
      /row "Words".*"hiden"\. Did you mean "hidden"/,
    ],
    [
      'an unfit rate',
      { protocol: { training: { learningRate: -1 } } },
      /row "Words", training\.learningRate/,
    ],
    ['two rows of one name', { rows: [first, first] }, /duplicate row "Words"/],
    ['a row without a model', { rows: [{ label: 'A' }] }, /rows\.0.*one of model, quoted and best/],
    [
      'a figure of no column',
      { rows: [{ ...first, paper: { recall: 1 } }] },
      /row "Words": no column has the metric "recall"/,
    ],
    [
      'the best of no row',
      { rows: [first, { label: 'B', best: { of: 'wrods', by: 'mae' } }] },
      /no trained row is named "wrods"\. Did you mean "words"\?/,
    ],
    ['a model of no row', { models: { mult: {} }, rows: [first] }, /no row has the model "mult"/],
  ])('in a file: %s', async (name, changes, says) => {
    expect(others.length).toBeGreaterThan(0)
    const path = write(`wrong ${name}`, tiny(changes))
    const out = at('never')
    expect(mistakeOf(await limbic(runIt(path, '--out', out, '--quiet')))).toMatch(says)
    expect(existsSync(out)).toBe(false)
  })

  test.each([
    [['reproduce'], /no experiment given/],
    [
      ['reproduce', 'mmlatch-table-3'],
      /unknown experiment "mmlatch-table-3"\. Did you mean "mmlatch-t/,
    ],
    [['reproduce', 'mmlatch-table-1'], /no data given: expected CMU-MOSEI/],
    [['reproduce', 'nowhere.yaml'], /nowhere\.yaml: no such file/],
    [
      ['reproduce', 'mosi', '--data', 'synthetic', '--rows', 'nonesuch'],
      /no row name starts with "nonesuch"/,
    ],
    [['reproduce', 'mosi', '--data', 'synthetic', '--workers', '0'], /--workers.*from 1 on/],
    [['reproduce', 'mosi', '--data', 'nowhere.pkl'], /nowhere\.pkl: no such file/],
  ])('on the command line: %j', async (args, says) => {
    expect(mistakeOf(await limbic([...args], { cwd: at() }))).toMatch(says)
  })
})
