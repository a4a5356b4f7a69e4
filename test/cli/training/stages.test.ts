import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { jsonLines, limbic, mistakeOf, succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

const data = [
  ...['--data', 'synthetic', '--synthetic-train', '16', '--synthetic-valid', '8'],
  ...['--synthetic-test', '8', '--threads', '1'],
]
const small = [
  ...['--window', '1', '--channels', '3', '--heads', '1', '--key-width', '2', '--width', '4'],
  ...['--hidden', '3', '--reduced', '2', '--fused-width', '4', '--modalities', 'text'],
]
const tiny = ['train', 'hda', ...data, ...small]

describe('what the stages of a model override is refused where it is given', () => {
  test.each([
    ['--learning-rate', '0.5', /settings\.stageRates \(--stage-rates\) or settings\.rateFactor/],
    [
      '--batch-size',
      '31',
      /text 32, got 31\. Use settings\.stageBatchSizes \(--stage-batch-sizes\)/,
    ],
    ['--weight-decay', '0', /settings\.stageWeightDecays \(--stage-weight-decays\)/],
    [
      '--epochs',
      '11',
      /text 10, got 11\. Use settings\.stageEpochs \(--stage-epochs\) or settings\.epochsFactor/,
    ],
  ])('the flag %s', async (flag, value, says) => {
    const line = mistakeOf(await limbic([...tiny, flag, value, '--out', at('never')]))
    expect(line).toMatch(says)
    expect(line.startsWith(`limbic: ${flag}: `)).toBe(true)
    expect(existsSync(at('never'))).toBe(false)
  })

  test('a key of a configuration file, even at its default', async () => {
    writeFileSync(at('run.yaml'), stringify({ model: 'hda', training: { batchSize: 16 } }))
    const args = ['train', '--config', at('run.yaml'), ...data, ...small, '--out', at('never')]
    expect(mistakeOf(await limbic(args))).toMatch(
      /run\.yaml, training\.batchSize: .*stageBatchSizes/,
    )
    writeFileSync(at('run.yaml'), stringify({ model: 'hda', training: { learningRate: 5e-4 } }))
    expect(mistakeOf(await limbic(args))).toMatch(/run\.yaml, training\.learningRate: .*stageRates/)
  })

  test('what agrees with the stages, limits one of them, or trains all at once is accepted', async () => {
    await succeed(...tiny, '--epochs', '1', '--batch-size', '32', '--out', at('agrees'), '--quiet')
    const joint = ['--training', 'joint', '--learning-rate', '0.01', '--epochs', '1']
    await succeed(...tiny, ...joint, '--out', at('joint'), '--quiet')
    const kept = parse(readFileSync(at('joint', 'config.yaml'), 'utf8'))
    expect(kept.training.learningRate).toBe(0.01)
  })

  test('settings of the stages do it, and defaults never cut them short', async () => {
    const settings = [
      ...['--stage-rates', 'text=0.01', '--stage-batch-sizes', 'text=4'],
      ...['--stage-weight-decays', 'text=0', '--stage-epochs', 'text=102'],
    ]
    const quick = ['--patience', '1', '--out', at('set'), '--json']
    const [first] = jsonLines(await succeed(...tiny, ...settings, ...quick)).filter(
      ({ event }) => event === 'epoch',
    )
    expect(first?.rate).toBeCloseTo(0.01)
    expect(parse(readFileSync(at('set', 'config.yaml'), 'utf8')).training.epochs).toBe(102)
  })
})

test('flags that nothing reads are refused', async () => {
  const classes = ['--synthetic-task', 'classes', '--out', at('never')]
  const loss = await limbic([...tiny, ...classes, '--loss', 'l1'])
  expect(loss.status).toBe(2)
  expect(loss.stderr).toMatch(/^limbic: --loss: the loss can be chosen only for sentiment.*cross/m)
  const vectors = await limbic([...tiny, '--vectors', at('vectors.txt'), '--out', at('never')])
  expect(vectors.stderr).toMatch(/^limbic: --vectors: the model hda has no word vectors/m)
  const reading = await limbic([...tiny, '--reading', 'logits', '--out', at('never')])
  expect(reading.stderr).toMatch(/^limbic: --reading: only classes of sentiment have a reading/m)
  expect(existsSync(at('never'))).toBe(false)
})

describe('a run whose stages override its training', () => {
  test('begins again from its own configuration, and goes on', async () => {
    const settings = ['--stage-epochs', 'text=1', '--stage-rates', 'text=0.01']
    await succeed(...tiny, ...settings, '--out', at('run'), '--quiet')
    const config = at('run', 'config.yaml')
    // As runs of before this was refused were configured.
    const older = parse(readFileSync(config, 'utf8'))
    writeFileSync(config, stringify({ ...older, training: { ...older.training, batchSize: 7 } }))
    await succeed('train', '--resume', at('run'), '--quiet')
    expect(mistakeOf(await limbic(['train', '--resume', at('run'), '--epochs', '9']))).toMatch(
      /--epochs: .*at most 1, for the stage attention\.text, got 9/,
    )
    writeFileSync(config, stringify(older))
    await succeed('train', '--config', config, '--out', at('again'), '--quiet')
  })
})

describe('an experiment', () => {
  const rows = (own: object, more: readonly object[] = []) => ({
    title: 'Stages',
    data: { name: 'SYNTH', target: 'sentiment' },
    protocol: { seeds: 1, training: { batchSize: 5, epochs: 1 } },
    models: { hda: { settings: { modalities: ['text'], hidden: 3, width: 4 } } },
    columns: [{ metric: 'mae', title: 'MAE' }],
    rows: [{ label: 'staged', model: 'hda', ...own }, ...more],
  })
  const write = (value: object) => {
    writeFileSync(at('stages.yaml'), stringify(value))
    return ['reproduce', at('stages.yaml'), ...data, '--out', at('table')]
  }

  test('that gives a row what its stages override is refused', async () => {
    const args = write(rows({ training: { learningRate: 0.25 } }))
    expect(mistakeOf(await limbic(args))).toMatch(
      /stages\.yaml, row "staged", training\.learningRate: .*stageRates/,
    )
  })

  test('takes a flag for the rows that use it, and says which do not', async () => {
    const alone = [...write(rows({})), '--learning-rate', '0.25']
    expect(mistakeOf(await limbic(alone))).toMatch(/^limbic: --learning-rate: .*stageRates/)
    const other = { label: 'plain', model: 'lf-lstm', settings: { hidden: 3 } }
    const both = [...write(rows({}, [other])), '--learning-rate', '0.25']
    expect(await succeed(...both)).toContain(
      'training.learningRate not for staged, whose stages have their own',
    )
    const kept = (row: string) =>
      parse(readFileSync(at('table', row, 'seed-0', 'config.yaml'), 'utf8')).training.learningRate
    expect(kept('plain')).toBe(0.25)
    expect(kept('staged')).toBe(5e-4)
  })
})
