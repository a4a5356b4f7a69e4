/** Commands on files that hold less than training needs: one sample, one split, no labels. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, limbic, mistakeOf, succeed } from '../support/command-line.js'
import {
  float32Array,
  type Picklable,
  PickledObjects,
  writePickle,
} from '../support/data/pickle-writer.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const steps = 3
const widths = { text: 4, audio: 3, vision: 2 }

const number = (...place: number[]) => Math.sin(place.reduce((sum, one) => 13 * sum + one, 1))
const labelOf = (row: number) => Math.round(100 * number(row)) / 50

/** The samples from one number to another, as MMSA lays them out. */
function samples(
  from: number,
  to: number,
  labelled = true,
  label = labelOf,
): Map<string, Picklable> {
  const rows = Array.from({ length: to - from }, (_, place) => from + place)
  return new Map<string, Picklable>([
    ['id', rows.map((row) => `s${row}`)],
    ...Object.entries(widths).map(([name, width], place): [string, Picklable] => [
      name,
      float32Array(
        [rows.length, steps, width],
        rows.flatMap((row) =>
          Array.from({ length: steps * width }, (_, value) => number(row, place, value)),
        ),
      ),
    ]),
    ...(labelled
      ? ([['regression_labels', float32Array([rows.length], rows.map(label))]] as const)
      : []),
  ])
}

function pickled(name: string, content: Map<string, Picklable>): string {
  writeFileSync(at(name), writePickle(content))
  return at(name)
}

const splits = (...given: readonly (readonly [string, Map<string, Picklable>])[]) => new Map(given)
const train = (data: string, out: string, ...more: string[]) => [
  ...['train', 'mmlatch', '--data', data, '--hidden', '4', '--epochs', '1', '--threads', '1'],
  ...['--out', out, ...more],
]

/** What the model that was trained says of samples 26 to 29. */
let expected: { id: string; prediction: number }[]
let mae: (from: number, to: number) => number

beforeAll(async () => {
  const whole = pickled(
    'whole.pkl',
    splits(['train', samples(0, 20)], ['valid', samples(20, 26)], ['test', samples(26, 30)]),
  )
  await succeed(...train(whole, at('run'), '--quiet'))
  expected = jsonLines(await succeed('predict', at('run'), whole))
  expect(expected.map(({ id }) => id)).toEqual(['s26', 's27', 's28', 's29'])
  mae = (from, to) =>
    expected
      .slice(from - 26, to - 26)
      .reduce((sum, { prediction }, row) => sum + Math.abs(prediction - labelOf(from + row)), 0) /
    (to - from)
})

describe('predict and eval', () => {
  test.each([
    ['a test split alone', splits(['test', samples(26, 30)]), 26, 30],
    ['a test split of one sample', splits(['test', samples(27, 28)]), 27, 28],
    ['one sample, without splits', samples(29, 30), 29, 30],
    ['several samples, without splits', samples(26, 30), 26, 30],
    [
      'a test split beside a training split without labels',
      splits(['test', samples(26, 28)], ['train', samples(0, 2, false)]),
      26,
      28,
    ],
  ])('take %s', async (what, content, from, to) => {
    const path = pickled(`${what.replaceAll(/\W/g, '-')}.pkl`, content)
    const answers = jsonLines<{ id: string; prediction: number }>(
      await succeed('predict', at('run'), path, '--quiet'),
    )
    const known = expected.slice(from - 26, to - 26)
    expect(answers.map(({ id }) => id)).toEqual(known.map(({ id }) => id))
    for (const [row, { prediction }] of answers.entries()) {
      expect(prediction).toBeCloseTo(known[row]?.prediction ?? Number.NaN, 5)
    }
    const told = jsonLines<{ event?: string; metrics: { mae: number } }>(
      await succeed('eval', at('run'), '--data', path, '--json', '--quiet'),
    )
    const measured = told.find(({ event }) => event === 'run')?.metrics.mae
    expect(measured).toBeCloseTo(mae(from, to), 5)
  })

  test.each([
    ['a test split', splits(['test', samples(26, 30, false)])],
    ['no splits', samples(26, 30, false)],
  ])('predict needs no labels, with %s; eval says that they are missing', async (what, content) => {
    const path = pickled(`${what.replaceAll(/\W/g, '-')}-unlabelled.pkl`, content)
    const answers = jsonLines<{ id: string; prediction: number }>(
      await succeed('predict', at('run'), path, '--quiet'),
    )
    expect(answers).toHaveLength(4)
    for (const [row, { prediction }] of answers.entries()) {
      expect(prediction).toBeCloseTo(expected[row]?.prediction ?? Number.NaN, 5)
    }
    const line = mistakeOf(await limbic(['eval', at('run'), '--data', path, '--quiet']))
    expect(line).toMatch(/label/)
    expect(line).toContain(path)
  })

  test('eval of a split that the file lacks says so', async () => {
    const path = pickled('only-test.pkl', splits(['test', samples(26, 30)]))
    const line = mistakeOf(
      await limbic(['eval', at('run'), '--data', path, '--split', 'valid', '--quiet']),
    )
    expect(line).toMatch(/valid/)
  })

  test('a file in which labels are wrong is predicted all the same', async () => {
    const wrong = samples(26, 30)
    wrong.set('regression_labels', new PickledObjects(['a', 'b', 'c', 'd']))
    const path = pickled('wrong-labels.pkl', wrong)
    const answers = jsonLines(await succeed('predict', at('run'), path, '--quiet'))
    expect(answers).toHaveLength(4)
  })

  test('an ending says nothing', async () => {
    copyFileSync(pickled('plain.pkl', samples(26, 30)), at('features.dat'))
    expect(
      jsonLines(await succeed('predict', at('run'), at('features.dat'), '--quiet')),
    ).toHaveLength(4)
  })
})

describe('training on data without a validation split', () => {
  const named = (one: string, other: string) =>
    splits([one, samples(0, 24)], [other, samples(24, 30)])

  test('says what is missing, and how to divide', async () => {
    const path = pickled('no-valid.pkl', named('train', 'test'))
    const line = mistakeOf(await limbic([...train(path, at('never')), '--quiet']))
    expect(line).toMatch(/valid/)
    expect(line).toMatch(/--divide/)
    expect(existsSync(at('never'))).toBe(false)
  })

  test.each([['random'], ['folds']])(
    'divides it with --divide %s, the same in eval',
    async (kind) => {
      const path = pickled('no-valid.pkl', named('train', 'test'))
      const out = at(`divided-${kind}`)
      const more = kind === 'folds' ? ['--folds', '3', '--fold', '0'] : []
      await succeed(...train(path, out, '--divide', kind, ...more, '--quiet'))
      const results = JSON.parse(readFileSync(`${out}/results.json`, 'utf8'))
      const [run] = jsonLines<{ metrics: { mae: number } }>(
        await succeed('eval', out, '--json', '--quiet'),
      )
      expect(run?.metrics.mae).toBeCloseTo(results.test.mae, 5)
    },
  )

  test('divides samples that no split holds', async () => {
    const path = pickled('flat.pkl', samples(0, 30))
    await succeed(...train(path, at('flat'), '--divide', 'random', '--quiet'))
  })

  test('takes a split of another name for it', async () => {
    const path = pickled(
      'renamed.pkl',
      splits(['train', samples(0, 20)], ['holdout', samples(20, 26)], ['test', samples(26, 30)]),
    )
    await succeed(...train(path, at('renamed'), '--names', 'valid=holdout', '--quiet'))
  })
})

describe('labels that are whole numbers', () => {
  const humour = (row: number) => (number(row) > 0 ? 1 : 0)
  const numbered = (label: (row: number) => number) =>
    splits(
      ['train', samples(0, 20, true, label)],
      ['valid', samples(20, 26, true, label)],
      ['test', samples(26, 30, true, label)],
    )

  test('of a part of the data mean what they meant in training', async () => {
    const path = pickled('humour.pkl', numbered(humour))
    expect((await limbic(train(path, at('humour')))).stderr).toContain('0, 1 are read as classes')
    // By themselves the labels of one class are sentiment.
    const part = pickled(
      'funny.pkl',
      samples(26, 29, true, () => 1),
    )
    const [run] = jsonLines<{ metrics: { accuracy: number } }>(
      await succeed('eval', at('humour'), '--data', part, '--json', '--quiet'),
    )
    const answers = jsonLines<{ prediction: string }>(
      await succeed('predict', at('humour'), part, '--quiet'),
    )
    const right = answers.filter(({ prediction }) => prediction === '1')
    expect(run?.metrics.accuracy).toBeCloseTo(right.length / 3, 9)
    const explained = await limbic(['explain', at('humour'), '--data', path, '--quiet'])
    expect(explained.status).toBe(0)
  })

  test('as sentiment stay sentiment, and classes are offered', async () => {
    const path = pickled(
      'stars.pkl',
      numbered((row) => Math.round(1 + number(row))),
    )
    const { stderr } = await limbic(train(path, at('stars')))
    expect(stderr).toContain('whole numbers, 0 to 2, read as sentiment; --target classes reads')
    const part = pickled('humour-part.pkl', samples(26, 30, true, humour))
    const told = jsonLines<{ metrics: object }>(
      await succeed('eval', at('stars'), '--data', part, '--json', '--quiet'),
    )
    expect(told[0]?.metrics).toHaveProperty('mae')
    expect(await succeed('data', 'inspect', path)).toContain('--target classes reads')
  })
})
