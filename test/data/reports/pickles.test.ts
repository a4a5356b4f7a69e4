/** Files as people have them, rebuilt from public questions: each reads with the right numbers, or is answered in one sentence. */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { type Dataset, splitNames } from '../../../src/data/dataset.js'
import { openDataset } from '../../../src/data/open.js'
import { plainSplit } from '../../support/datasets.js'

const shared = process.env.LIMBIC_SHARED ?? resolve(import.meta.dirname, '../../../../shared')
const reports = join(shared, 'data/reports')

/** What is to come of a file: the same as another (all of it, or some parts), a part of its own, or an error. */
type Expected =
  | { readonly same: string; readonly but?: readonly Part[] }
  | { readonly error: RegExp }
  | { readonly check: (dataset: Dataset) => void }
type Part = 'ids' | 'text' | 'targets' | 'words'

const usual = '02-dtypes/feat_f4_lit.pkl'
const read = { same: usual } as const
const otherIds = { same: usual, but: ['ids'] } as const
const otherWords = { same: usual, but: ['words'] } as const
const has = (check: (dataset: Dataset) => void) => ({ check })
const samples = (count: number) => has(({ splits }) => expect(splits.train.ids).toHaveLength(count))
const emotions = (count: number) =>
  has(({ emotionNames }) => expect(emotionNames).toHaveLength(count))

/** By file; patterns stand for the files that no line before them names. */
const table: readonly (readonly [file: string | RegExp, expected: Expected])[] = [
  [/^01-protocols\/py(2_np116|3_np117)_/, { same: '01-protocols/py3_np117_p4.pkl' }],
  [/^01-protocols\/py3_np24_/, read],
  [/^02-dtypes\/feat_f[48]/, read],
  ['02-dtypes/feat_longdouble.pkl', { error: /NumPy type not supported.*"f16".*astype/ }],
  [/^02-dtypes\/feat_/, samples(40)],
  [/^02-dtypes\/(fortran|strided)/, read],
  ['02-dtypes/lab_N7.pkl', emotions(6)],
  [
    /^02-dtypes\/lab_(classstr|onlyannotations)/,
    has(({ classNames }) => expect(classNames).toEqual(['Negative', 'Positive'])),
  ],
  [
    '02-dtypes/lab_nan.pkl',
    has(({ notes }) =>
      expect(notes.join()).toMatch(/1 samples without a label \(NaN\) are left out/),
    ),
  ],
  ['02-dtypes/lab_out_of_range.pkl', { error: /row 2 .*sentiment out of range/ }],
  [/^02-dtypes\/lab_id_(S|U|bytes|npstr|objN1)/, read],
  [/^02-dtypes\/lab_id_/, otherIds],
  [/^02-dtypes\/lab_rawtext_(nan|none)/, otherWords],
  [/^02-dtypes\/lab_/, read],
  ['03-containers/no_valid.pkl', { error: /no split called "valid": got only train, test/ }],
  ['03-containers/empty_valid.pkl', { error: /split valid: the split has no samples/ }],
  ['03-containers/shared_split.pkl', samples(40)],
  [/^03-containers\//, read],
  [/^04-fet-output\/feature_p/, { same: '04-fet-output/feature_p4.pkl' }],
  ['04-fet-output/single.pkl', { error: /the file has no splits, only the fields of one/ }],
  ['04-fet-output/test_only.pkl', { error: /no split called "train": got only test/ }],
  [
    /^05-mult-layouts\/audio_(nan|plusinf)|1e39|minusinf_text/,
    has(({ notes }) => expect(notes.join()).toMatch(/invalid numbers of .* become the mean/)),
  ],
  ['05-mult-layouts/audio_missing_in_test.pkl', { error: /split test: no field called "audio"/ }],
  ['05-mult-layouts/dialogue_tuple.pkl', { error: /features by dialogue/ }],
  ['05-mult-layouts/labels_N16_mosei_emo.pkl', emotions(6)],
  ['05-mult-layouts/labels_N17.pkl', emotions(6)],
  ['05-mult-layouts/labels_N6.pkl', emotions(6)],
  ['05-mult-layouts/labels_N42.pkl', emotions(4)],
  [
    '05-mult-layouts/labels_N3_youtube.pkl',
    { error: /labels of an unknown layout.*got 3 columns/ },
  ],
  ['05-mult-layouts/labels_over3.pkl', { error: /sentiment out of range/ }],
  [
    '05-mult-layouts/labels_str.pkl',
    has(({ classNames }) => expect(classNames).toEqual(['happy', 'sad'])),
  ],
  [
    '05-mult-layouts/misa_lists.pkl',
    has(({ splits }) => expect(splits.train.ids[0]).toBe('vid0[0]')),
  ],
  ['05-mult-layouts/NDutt.pkl', has(({ aligned }) => expect(aligned).toBe(true))],
  [/^05-mult-layouts\/names_/, { same: '05-mult-layouts/names_mapped.pkl' }],
  [/^05-mult-layouts\/short_/, { error: /ids differ in number/ }],
  ['05-mult-layouts/width_differs.pkl', { error: /audio differs between the splits/ }],
  [/^05-mult-layouts\//, samples(40)],
  ['08-glove/d.pkl', has(({ splits }) => expect(splits.train.rawText).toBeDefined())],
  ['15-predict/w7.pkl', has(({ splits }) => expect(splits.train.ids.length).toBeGreaterThan(0))],
  ['21-broken-downloads/concat_text.pkl', { error: /got of no known kind/ }],
  ['21-broken-downloads/crlf_damaged.pkl', { error: /as if it were text.*binary/ }],
  ['21-broken-downloads/text_utf8_damaged.pkl', { error: /as if it were text.*binary/ }],
  ['21-broken-downloads/dropbox_preview.pkl', { error: /a web page, not the file itself/ }],
  ['21-broken-downloads/html_drive.pkl', { error: /a web page, not the file itself.*gdown/ }],
  ['21-broken-downloads/empty.pkl', { error: /an empty file/ }],
  ['21-broken-downloads/fuzz37.pkl', { error: /is not a pickle instruction/ }],
  ['21-broken-downloads/hdf5.pkl', { error: /damaged or cut short/ }],
  ['21-broken-downloads/json.pkl', { error: /got JSON/ }],
  ['21-broken-downloads/lfs_pointer.pkl', { error: /a pointer of Git LFS.*git lfs pull/ }],
  ['21-broken-downloads/npy.pkl', { error: /byte 10: the header is not that of an array/ }],
  [/^21-broken-downloads\/truncated(_tail)?\.pkl/, { error: /cut short/ }],
  ['21-broken-downloads/truncated_zero_tail.pkl', { error: /the rest of the pickle is zeros/ }],
  ['21-broken-downloads/zeros.pkl', { error: /nothing but zeros/ }],
  ['21-broken-downloads/zip.pkl', { error: /the archive is cut short or damaged/ }],
  ['21-broken-downloads/two_pickles.pkl', read],
  // A few bytes differ, in features and words: nothing in a pickle tells.
  ['21-broken-downloads/fuzz.pkl', samples(40)],
  ['27-pandas-multi/dataframe.pkl', { error: /an object \(pandas\.DataFrame\).*to_numpy/ }],
  [
    '27-pandas-multi/series_labels.pkl',
    { error: /regression_labels.*an object \(pandas\.Series\)/ },
  ],
  [/^27-pandas-multi\//, samples(20)],
  ['30-attacks/copies.pkl', { error: /copies its values again and again/ }],
  ['30-attacks/evil-w.pkl', samples(120)],
]

const folders = [
  ...['01-protocols', '02-dtypes', '03-containers', '04-fet-output', '05-mult-layouts'],
  ...['08-glove', '15-predict', '21-broken-downloads', '27-pandas-multi', '30-attacks'],
]
const isPickle = /\.(pkl|gz|pk|p|dat|data|pt|PICKLE)$/
const files = existsSync(reports)
  ? folders.flatMap((folder) =>
      readdirSync(join(reports, folder), { withFileTypes: true })
        .filter(
          (entry) => entry.isFile() && isPickle.test(entry.name) && !/\.txt\.gz$/.test(entry.name),
        )
        .map(({ name }) => `${folder}/${name}`),
    )
  : []

async function contentsOf(file: string) {
  const dataset = await openDataset(join(reports, file))
  try {
    return splitNames.map((name) => plainSplit(dataset.splits[name]))
  } finally {
    dataset.close()
  }
}

type Contents = Awaited<ReturnType<typeof contentsOf>>
const without = (contents: Contents, but: readonly Part[] = []) =>
  contents.map((split) => ({
    ...split,
    ...(but.includes('ids') && { ids: split.ids.length }),
    ...(but.includes('targets') && { targets: undefined }),
    ...(but.includes('words') && { rawText: undefined }),
  }))

describe.skipIf(files.length === 0)('files as people have them (needs the reference data)', () => {
  it.each(files)('%s', async (file) => {
    const [, expected] =
      table.find(([name]) => (typeof name === 'string' ? name === file : name.test(file))) ?? []
    if (expected === undefined) throw new Error(`the table says nothing of ${file}`)
    if ('error' in expected) {
      const error = await openDataset(join(reports, file)).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(LimbicError)
      expect(String(error)).toMatch(expected.error)
      expect(String(error)).not.toContain('\n')
    } else if ('same' in expected) {
      const other = without(await contentsOf(expected.same), expected.but)
      expect(without(await contentsOf(file), expected.but)).toEqual(other)
    } else {
      const dataset = await openDataset(join(reports, file))
      expected.check(dataset)
      dataset.close()
    }
  })

  it('the table names no file that is not there', () => {
    const lost = table.filter(([name]) =>
      typeof name === 'string' ? !files.includes(name) : !files.some((file) => name.test(file)),
    )
    expect(lost.map(([name]) => `${name}`)).toEqual([])
  })
})
