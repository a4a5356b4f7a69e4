/** A single table with a column of ids is a data set. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../src/data/dataset.js'
import { openDataset } from '../../src/data/open.js'
import { plainSplit } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'
import { findPython, runPython } from '../support/python.js'

const folder = temporaryFolder()
let folders = 0

function write(files: Readonly<Record<string, string | Uint8Array>>): string {
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder, `${folders}`, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  })
  folders++
  return paths[0] ?? ''
}

async function read(path: string) {
  const dataset = await openDataset(path)
  const splits = splitNames.map((name) => plainSplit(dataset.splits[name]))
  dataset.close()
  return { splits, notes: dataset.notes }
}

const whole = `id,split,label,text,text_0,text_1,audio.F0,age
a,train,1.5,"so, good",1,2,0.5,30
a,train,1.5,"so, good",3,4,0.25,30
b,dev,-1,bad,5,6,1,40
c,test,0,,7,8,2,50
`
const features = [
  ['text', 2, [[1, 2, 3, 4]]],
  ['audio', 1, [[0.5, 0.25]]],
]

describe('a table with ids, splits, labels and features', () => {
  it.each([
    ['commas', 'data.csv', whole],
    [
      'tabs, in UTF-16',
      'data.txt',
      Buffer.from(`\ufeff${whole.replace(/, /g, ' ').replace(/,/g, '\t')}`, 'utf16le'),
    ],
    ['commas, packed', 'data.csv.gz', gzipSync(whole)],
  ])('of %s is a data set whose rows are steps', async (_, name, content) => {
    const { splits, notes } = await read(write({ [name]: content }))
    expect(splits.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c']])
    expect(splits[0]?.features).toEqual(features)
    expect(splits[0]?.targets).toEqual({ sentiment: Float32Array.of(1.5) })
    expect(splits[1]?.rawText).toEqual(['bad'])
    expect(notes).toContain('columns of no modality are not read: age')
  })

  it.each(['plain', 'snappy', 'gzip', 'brotli', 'zstd'])('as Parquet (%s) is one', async (name) => {
    const path = join(import.meta.dirname, `../formats/fixtures/tables/${name}.parquet`)
    const { splits } = await read(path)
    expect(splits[0]?.features).toEqual(features)
    expect(splits[0]?.rawText).toEqual(['so, good'])
  })

  it('as ARFF is one, with classes', async () => {
    const { splits } = await read(
      write({
        'voice.arff': `@relation voice
@attribute name string
@attribute set {train,devel,test}
@attribute emotion {happy,sad}
@attribute F0 numeric
@attribute loudness numeric
@data
'a',train,happy,1,2
'b',devel,sad,3,4
'c',test,happy,5,6
`,
      }),
    )
    expect(splits.map((split) => [split.targets.classes?.[0], split.features])).toEqual([
      [0, [['audio', 2, [[1, 2]]]]],
      [1, [['audio', 2, [[3, 4]]]]],
      [0, [['audio', 2, [[5, 6]]]]],
    ])
  })

  it('has its labels in a table beside it, and its ids of video and clip', async () => {
    const { splits } = await read(
      write({
        'vision.csv': 'video_id,clip_id,frame,x,y\nv,1,1,1,2\nv,1,2,3,4\nv,2,1,5,6\nw,1,1,7,8\n',
        'labels.csv': 'video_id,clip_id,mode,label\nv,1,train,1\nv,2,valid,2\nw,1,test,3\n',
      }),
    )
    expect(splits.map((split) => split.ids)).toEqual([['v$_$1'], ['v$_$2'], ['w$_$1']])
    expect(splits[0]?.features).toEqual([['vision', 2, [[1, 2, 3, 4]]]])
  })
})

it.each([
  ['without ids', 'split,label,text_0\ntrain,1,2\n', /no column of ids.*got split, label, text_0/],
  ['without labels', 'id,split,text_0\na,train,2\n', /no labels.*labels\.csv/],
  ['without splits', 'id,label,text_0\na,1,2\n', /no column says which split/],
  ['without features', 'id,split,label,x\na,train,1,2\n', /no columns of features.*text_0/],
  [
    'of steps that differ in their label',
    'id,split,label,text_0\na,train,1,2\na,train,2,2\n',
    /rows 0 and 1 \(a\): rows of one id have different splits or labels/,
  ],
])('a table %s is refused', async (_, content, message) => {
  await expect(read(write({ 'data.csv': content }))).rejects.toThrow(message)
})

it('text without cells is no table', async () => {
  await expect(read(write({ 'notes.txt': 'What we did\n' }))).rejects.toThrow(/got plain text/)
})

const python = findPython(['pandas', 'pyarrow'])
it.skipIf(python === undefined)(
  'lists in the cells of Parquet are steps (needs pandas and pyarrow)',
  async () => {
    const path = join(folder, 'lists.parquet')
    runPython(
      python,
      `import sys, pandas
pandas.DataFrame({
    'id': ['a', 'b', 'c'], 'split': ['train', 'valid', 'test'], 'label': [1.0, 2.0, 3.0],
    'text': [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]], [[7.0, 8.0]]],
    'audio': [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
}).to_parquet(sys.argv[1])`,
      path,
    )
    expect((await read(path)).splits[0]?.features).toEqual([
      ['text', 2, [[1, 2, 3, 4]]],
      ['audio', 3, [[1, 2, 3]]],
    ])
  },
)
