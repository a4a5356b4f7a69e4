/** Sequences, word vectors, lines and texts as people have them: each is read, or answered in one sentence. */
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { type Answering, answerLines } from '../../../src/cli/predicting/lines.js'
import { openComputationalSequence, openSequences } from '../../../src/data/corpora/csd/index.js'
import { readVideoSplit } from '../../../src/data/corpora/csd/split-file.js'
import { openDataset } from '../../../src/data/open.js'
import { readYaml } from '../../../src/disk/yaml.js'
import { openWordVectors } from '../../../src/formats/glove/read.js'
import { checkSample } from '../../../src/use/samples.js'
import { readSample } from '../../support/datasets.js'

const shared = process.env.LIMBIC_SHARED ?? resolve(import.meta.dirname, '../../../../shared')
const reports = join(shared, 'data/reports')
const names = (folder: string) => {
  const path = join(reports, folder)
  return existsSync(path) ? readdirSync(path) : []
}

type Expected = RegExp | ((value: unknown) => void)
/** By name; `rest` stands for every other. */
type Table = Readonly<Record<string, Expected>> & { readonly rest: Expected }

/** Reads what a name stands for, which must come out as its table says. */
async function compare(table: Table, name: string, read: () => unknown): Promise<void> {
  const expected = table[name] ?? table.rest
  const value = await Promise.resolve()
    .then(read)
    .catch((error: unknown) => error)
  if (typeof expected === 'function') {
    if (value instanceof Error) throw value
    expected(value)
    return
  }
  expect(value).toBeInstanceOf(LimbicError)
  expect(String(value)).toMatch(expected)
  expect(String(value)).not.toContain('\n')
}

const isLike = (part: object) => (value: unknown) => expect(value).toMatchObject(part)
const here = existsSync(reports)

describe.skipIf(!here)('computational sequences (needs the reference data)', () => {
  const usual = { samples: 6, first: 'v0[0]', width: 4, finite: true }
  const table: Table = {
    rest: isLike({ ...usual, targets: ['sentiment'], notes: [] }),
    empty_entry: isLike({
      ...usual,
      finite: expect.any(Boolean),
      notes: [expect.stringMatching(/audio: 10 words without rows/)],
    }),
    features_1d: isLike({ ...usual, width: 1 }),
    labels_6col_emotions: isLike({ ...usual, targets: ['emotions'] }),
    labels_nan_some: isLike({
      ...usual,
      samples: 5,
      notes: [expect.stringMatching(/1 segments? .*left out/)],
    }),
    labels_strings: isLike({ ...usual, targets: ['classes'] }),
    audio_ms: isLike({
      ...usual,
      notes: [expect.stringMatching(/audio: .*another unit; milliseconds, perhaps/)],
    }),
    html: /a\.csd: not an HDF5 file.*a web page/,
    nan_interval: isLike({
      ...usual,
      notes: [expect.stringMatching(/audio: 1 rows have an inverted or invalid interval.*v1/)],
    }),
    no_root: /one root group that holds a group data, got the groups v0/,
    rows_differ: /entry v1: features and intervals differ in their rows/,
    truncated: /29088 of 58176 bytes are there/,
    width_differs: /entry v1: videos differ in their features/,
  }
  const folders = names('07-csd-files').filter((name) => !name.endsWith('.json'))
  it.each(folders)('%s', (name) =>
    compare(table, name, async () => {
      const at = (file: string) => join(reports, '07-csd-files', name, file)
      const dataset = await openSequences({
        words: at('w.csd'),
        audio: at('a.csd'),
        labels: at('l.csd'),
        split: join(reports, '07-csd-files/split.json'),
      })
      const { ids, features, targets } = dataset.splits.train
      const values = ids.flatMap((_, sample) => readSample(features.audio, sample))
      dataset.close()
      return {
        samples: ids.length,
        first: ids[0],
        width: features.audio?.width,
        finite: values.length > 0 && values.every(Number.isFinite),
        targets: Object.keys(targets),
        notes: dataset.notes,
      }
    }),
  )
})

describe.skipIf(!here)('word vectors (needs the reference data)', () => {
  const table: Table = {
    rest: isLike({ width: 4 }),
    'bin_g.txt': /line 2: a line has too few numbers/,
    'comma_g.txt': /line 7, number 1 of 4.*got "1,5"/,
    'csvhead_g.txt': /separated by spaces.*tables? with commas/,
    'empty_g.txt': /is empty/,
    'html_g.txt': /got a web page/,
    'nan_g.txt': /line 7, number 1 of 4.*got "nan"/,
    'only_head_first_short_g.txt': /line 2: the lines differ.*Remove the first line/,
    'short_line_g.txt': /line 7: a line has too few numbers/,
  }
  it.each(names('08-glove').filter((name) => /_g\./.test(name)))('%s', (name) =>
    compare(table, name, () => openWordVectors(join(reports, '08-glove', name))),
  )
})

describe.skipIf(!here)('lines of samples (needs the reference data)', () => {
  const widths = { text: 5, audio: 4, vision: 3 }
  const inputs = Object.entries(widths).map(([name, width]) => ({
    name,
    width,
    steps: { axis: `${name}_steps`, lengths: `${name}_lengths` },
  }))
  const model: Answering = {
    check: (value, where) => checkSample(value, inputs, where),
    predictChecked: async (samples) =>
      samples.map(({ id }) => ({ id, task: 'regression', prediction: 0 })),
  }
  /** Lines are answered by their ids, or with what is wrong. */
  const answers =
    (...expected: (string | RegExp)[]) =>
    (value: unknown) =>
      expect(value).toEqual(
        expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
      )
  const [one, two] = ['vid3000$_$0', 'vid3000$_$1']
  const table: Table = {
    rest: answers(one),
    '1e39_x.jsonl': answers(/line 1, audio, row 0, feature 0.*float32 can hold, got 1e\+39/),
    'NaN_x.jsonl': answers(/text, row 0: .*expected 5 numbers, got 6/),
    'array_x.jsonl': answers(one, two),
    'badsecond_x.jsonl': answers(one, /line 2: is not valid JSON/, two),
    'blank_x.jsonl': answers(),
    'crlf_x.jsonl': answers(one, two),
    'empty_x.jsonl': answers(),
    'flat_x.jsonl': answers(/audio, row 0.*expected 4 numbers, got 1/),
    'intid_x.jsonl': answers('5'),
    'nanvalue_x.jsonl': answers(/feature \d.*got null\. Read it with --invalid mean/),
    'noid_x.jsonl': answers('noid_x.jsonl, line 1'),
    'null_x.jsonl': answers(/audio, row 0, feature 0.*got null/),
    'str_x.jsonl': answers(/audio, row 0, feature 0.*got "1.5"/),
    'width_x.jsonl': answers(/audio, row 0.*expected 4 numbers, got 3/),
  }
  const files = names('15-predict').filter((name) => /\.json(l)?$/.test(name))
  it.each(files)('%s', (name) =>
    compare(table, name, async () => {
      const path = join(reports, '15-predict', name)
      const all: string[] = []
      await answerLines(model, createReadStream(path), name, { together: 64 }, async (some) => {
        for (const answer of some) all.push('error' in answer ? answer.error : answer.id)
      })
      return all
    }),
  )

  it.each(['npz_x.npz', 'npz2_x.npz', 'csv_x.csv'])('%s is no data set', (name) =>
    compare({ rest: /./ }, name, () => openDataset(join(reports, '15-predict', name))),
  )
})

describe.skipIf(!here)('texts of Windows editors (needs the reference data)', () => {
  const table: Table = {
    rest: isLike({ train: ['v0', 'v1', 'v2'], valid: ['v3'], test: ['v4', 'v5'] }),
    'run_bom.yaml': isLike({ model: 'lf-lstm', training: { epochs: 1 } }),
    'run_e.yaml': isLike({ training: { learningRate: 0.001 } }),
    'run_e2.yaml': isLike({ training: { learningRate: 0.001, weightDecay: 0.001 } }),
    'run_tab.yaml': /Tabs are not allowed as indentation at line 3/,
    'run_typo.yaml': isLike({ training: { learning_rate: 1 } }),
    'split.txt': /is not valid JSON/,
    'split_extra.json': isLike({ valid: ['v3', 'nosuch'] }),
  }
  it.each(names('24-windows-text'))('%s', (name) => {
    const path = join(reports, '24-windows-text', name)
    return compare(table, name, () =>
      name.endsWith('.yaml') ? readYaml(path) : readVideoSplit(path),
    )
  })
})

describe.skipIf(!here)('attacks (needs the reference data)', () => {
  const table: Table = {
    rest: isLike({ k0: 1, k19999: 1 }),
    'csd-left-open.csd': /damaged or cut short/,
    'h100000000.csd': /the table declares more than its file can hold/,
  }
  it.each(names('30-attacks').filter((name) => /\.(csd|yaml)$/.test(name)))('%s', (name) => {
    const path = join(reports, '30-attacks', name)
    return compare(table, name, async () => {
      if (name.endsWith('.yaml')) return readYaml(path)
      const sequence = await openComputationalSequence(path)
      try {
        return [...sequence.entries.values()].map((entry) => entry.features())
      } finally {
        sequence.close()
      }
    })
  })
})
