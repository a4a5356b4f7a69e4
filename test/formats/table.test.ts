import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OpenFile } from '../../src/formats/npy/index.js'
import { readArff } from '../../src/formats/table/arff.js'
import { readCsv } from '../../src/formats/table/csv.js'
import { readParquet } from '../../src/formats/table/parquet.js'
import type { Table } from '../../src/formats/table/table.js'
import { distinctNames } from '../../src/formats/table/table.js'
import { temporaryFolder } from '../support/folders.js'
import { findPython, runPython } from '../support/python.js'

const folder = temporaryFolder()
let files = 0

function open(content: string | Uint8Array): OpenFile {
  const path = join(folder, `table-${files++}`)
  writeFileSync(path, content)
  return new OpenFile(path)
}

const plain = ({ columns }: Table) =>
  Object.fromEntries([...columns].map(([name, { values }]) => [name, [...values]]))

describe('tables as text', () => {
  it.each([
    ['commas', 'id,x,said\na,0.5,"yes, ""no"""\nb,,two\n'],
    ['semicolons and decimal commas', 'id;x;said\na;0,5;"yes, ""no"""\nb;;two\n'],
    [
      'tabs, a mark and line ends of Windows',
      '\ufeffid\tx\tsaid\r\na\t.5\t"yes, ""no"""\r\nb\tNaN\ttwo',
    ],
    ['spaces after the commas', 'id, x, said\na, 5e-1, "yes, ""no"""\nb, nan, two\n\n'],
  ])('with %s', (_, text) => {
    expect(plain(readCsv(open(text)))).toEqual({
      id: ['a', 'b'],
      x: [0.5, Number.NaN],
      said: ['yes, "no"', 'two'],
    })
  })

  it('in UTF-16', () => {
    const text = Buffer.from('\ufeffid,x\nä,1\n', 'utf16le')
    expect(plain(readCsv(open(text)))).toEqual({ id: ['ä'], x: [1] })
  })

  it('without a heading call their columns by number', () => {
    expect(plain(readCsv(open('1,2\n3,4\n')))).toEqual({ 0: [1, 3], 1: [2, 4] })
  })

  it('keep columns of one name apart, and line ends in quotes', () => {
    expect(plain(readCsv(open('x,x\n1,"a\nb"\n2,c\n')))).toEqual({
      x: [1, 2],
      'x.2': ['a\nb', 'c'],
    })
  })

  it('name the line of a row that is too short', () => {
    expect(() => readCsv(open('id,x\n"a\nb",1\nc\n'))).toThrow(
      /line 4: a row has another number of cells than the first: expected 2, got 1/,
    )
  })
})

describe('names of columns', () => {
  it('that stand twice get numbers that are free', () => {
    expect(distinctNames(['x', 'x.2', 'x', 'x', 'y'])).toEqual(['x', 'x.2', 'x.3', 'x.4', 'y'])
  })

  it('may be the same however many there are', () => {
    // Trying each number anew would take minutes.
    const names = distinctNames(Array.from({ length: 200_000 }, () => 'x'))
    expect(new Set(names).size).toBe(200_000)
  })
})

describe('tables of Weka', () => {
  it('may have any number of blank lines', () => {
    const blank = '\n'.repeat(200_000)
    const text = `@relation r${blank}@attribute x numeric${blank}@data\n${blank}1\n`
    expect(plain(readArff(open(text)))).toEqual({ x: [1] })
  })

  it('are read by their attributes', () => {
    const text = `% openSMILE
@relation smile
@attribute name string
@attribute 'F0 mean' numeric
@attribute emotion {happy,sad}

@DATA
'clip 1',1.5,happy
% a remark
'clip 2',?,sad
`
    expect(plain(readArff(open(text)))).toEqual({
      name: ['clip 1', 'clip 2'],
      'F0 mean': [1.5, Number.NaN],
      emotion: ['happy', 'sad'],
    })
  })

  it('that are sparse or have no data is refused', () => {
    expect(() => readArff(open('@relation r\n@attribute x numeric\n@data\n{0 1}\n'))).toThrow(
      /line 4.*a sparse row/,
    )
    expect(() => readArff(open('@relation r\n@attribute x numeric\n'))).toThrow(/without data/)
  })
})

const python = findPython(['pandas', 'pyarrow'])
describe.skipIf(python === undefined)(
  'tables that pandas writes (needs pandas and pyarrow)',
  () => {
    it('as Parquet, however packed, are read', async () => {
      const out = join(folder, 'pandas')
      mkdirSync(out)
      runPython(
        python,
        `import sys, numpy, pandas
frame = pandas.DataFrame({
    'id': ['a', 'b', 'c'],
    'x': numpy.array([0.1, numpy.nan, -3], 'f4'),
    'n': numpy.array([1, 2, 2**40]),
    'yes': [True, False, True],
    'list': [[1.5, 2.0], [], [3.0]],
})
for packed in [None, 'snappy', 'gzip', 'brotli', 'zstd']:
    frame.to_parquet(f'{sys.argv[1]}/{packed}.parquet', compression=packed)
`,
        out,
      )
      for (const packed of ['None', 'snappy', 'gzip', 'brotli', 'zstd']) {
        const file = new OpenFile(join(out, `${packed}.parquet`))
        expect(plain(await readParquet(file))).toEqual({
          id: ['a', 'b', 'c'],
          x: [Math.fround(0.1), Number.NaN, -3],
          n: [1, 2, 2 ** 40],
          yes: [1, 0, 1],
          list: [[1.5, 2], [], [3]],
        })
        file.close()
      }
    })
  },
)

it('a damaged Parquet file is one clear mistake', async () => {
  await expect(readParquet(open('PAR1 and nothing more PAR1'))).rejects.toThrow(
    /the Parquet file is damaged/,
  )
})
