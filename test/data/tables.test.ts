/** Folders of tables and files of other tools hold the same data set as MMSA's layout. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../src/data/dataset.js'
import { openDataset } from '../../src/data/open.js'
import { plainSplit } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'
import { findPython, runPython } from '../support/python.js'

const folder = temporaryFolder()
let folders = 0

function write(files: Readonly<Record<string, string>>): string {
  const path = join(folder, `corpus-${folders++}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

async function read(path: string) {
  const dataset = await openDataset(path)
  const splits = splitNames.map((name) => plainSplit(dataset.splits[name]))
  dataset.close()
  return { ...dataset, splits }
}

const labels = `id,split,label,text
a,train,1.5,"so, good"
b,dev,-1,bad
c,test,0,
`
const openFace = (value: number) =>
  `frame, face_id, timestamp, confidence, success, AU01_r, AU02_r\n1, 0, 0.0, 0.98, 1, ${value}, 0.5\n2, 0, 0.1, 0.98, 1, 0.25, ${value}\n`
const openSmile = (value: number) =>
  `name;frameTime;F0;loudness\n'unknown';0.0;${value};2\n'unknown';0.1;3;4\n`
const faces = {
  'vision/a.csv': openFace(1),
  'vision/b.csv': openFace(2),
  'vision/c.csv': openFace(3),
}

describe('folders with a table of labels', () => {
  it('read OpenFace, openSMILE and tables by id, without what only tells of the row', async () => {
    const path = write({
      'labels.csv': labels,
      ...faces,
      'audio/a.csv': openSmile(1),
      'audio/b.csv': openSmile(2),
      'audio/c.csv': openSmile(3),
      'text.csv': 'id,x,y\nb,5,6\na,1,2\na,3,4\nc,7,8\n',
    })
    const { splits, classNames } = await read(path)
    expect(classNames).toBeUndefined()
    expect(splits[0]).toMatchObject({ ids: ['a'], rawText: ['so, good'] })
    expect(splits[0]?.targets.sentiment).toEqual(Float32Array.of(1.5))
    expect(splits[0]?.features).toEqual([
      ['text', 2, [[1, 2, 3, 4]]],
      ['audio', 2, [[1, 2, 3, 4]]],
      ['vision', 2, [[1, 0.5, 0.25, 1]]],
    ])
  })

  it('take ids of video and clip, and classes as texts, as MMSA labels raw corpora', async () => {
    const path = write({
      'label.csv':
        'video_id,clip_id,text,label,annotation,mode\nv1,1,one,0.5,Positive,train\nv1,2,two,-1,Negative,valid\nv2,1,three,1,Positive,test\n',
      'vision/v1/1.csv': openFace(1),
      'vision/v1/2.csv': openFace(2),
      'vision/v2/1.csv': openFace(3),
    })
    const { splits, classNames } = await read(path)
    expect(classNames).toEqual(['Negative', 'Positive'])
    expect(splits.map(({ ids }) => ids[0])).toEqual(['v1$_$1', 'v1$_$2', 'v2$_$1'])
    expect(splits[1]?.targets).toEqual({
      sentiment: Float32Array.of(-1),
      classes: Int32Array.of(0),
    })
  })

  it('leave out samples that are not in every modality, and say so', async () => {
    const path = write({ 'labels.csv': `${labels}d,train,2,\n`, ...faces })
    expect((await read(path)).notes).toContain(
      '1 of 4 samples are not in every modality and are left out',
    )
  })

  it.each([
    [
      'no column of splits',
      'id,label\na,1\n',
      /labels.csv: no column says which split.*Add a column/,
    ],
    [
      'another split',
      'id,split,label\na,night,1\n',
      /row 0 \(a\): a sample is in no split.*got "night"/,
    ],
    ['no labels', 'id,split\na,train\n', /no column of labels/],
    ['no ids', 'split,label\ntrain,1\n', /no column of ids/],
    ['other ids', 'id,split,label\nx,train,1\n', /no sample is left.*3 samples of vision, such as/],
  ])('with %s are refused', async (_, table, message) => {
    await expect(read(write({ 'labels.csv': table, ...faces }))).rejects.toThrow(message)
  })
})

/** Writes the same corpus, whose samples differ in their length, in MMSA's layout and in others. */
const script = `
import os, pickle, sys
import h5py, numpy, pandas, scipy.io
out = sys.argv[1]
random = numpy.random.default_rng(1)
splits = {'train': 5, 'valid': 2, 'test': 3}
widths = {'text': 3, 'audio': 2, 'vision': 4}
corpus, rows = {}, []
for split, count in splits.items():
    ids = [f'{split}_{row}' for row in range(count)]
    fields = {'id': ids, 'raw_text': [f'said {row}' for row in range(count)]}
    fields['regression_labels'] = random.uniform(-3, 3, count).astype('f4')
    for name, width in widths.items():
        steps = random.integers(1, 6, count)
        whole = numpy.zeros((count, 6, width), 'f4')
        for row, step in enumerate(steps):
            whole[row, :step] = random.normal(size=(step, width))
        fields[name], fields[name + '_lengths'] = whole, steps
    corpus[split] = fields
    for row in range(count):
        rows.append({'id': ids[row], 'split': split, 'text': fields['raw_text'][row],
                     'label': fields['regression_labels'][row]})
def path(*parts):
    whole = os.path.join(out, *parts)
    os.makedirs(os.path.dirname(whole), exist_ok=True)
    return whole
def samples(name):
    for fields in corpus.values():
        for row, key in enumerate(fields['id']):
            yield key, fields[name][row, :fields[name + '_lengths'][row]]
with open(path('mmsa.pkl'), 'wb') as file:
    pickle.dump(corpus, file)
flat = {f'{split}_{name}': numpy.array(value) for split, fields in corpus.items() for name, value in fields.items()}
numpy.savez(path('flat.npz'), **flat)
numpy.savez(path('objects.npz'), **corpus)
numpy.save(path('whole.npy'), corpus, allow_pickle=True)
with h5py.File(path('groups.h5'), 'w') as file:
    for split, fields in corpus.items():
        for name, value in fields.items():
            file[f'{split}/{name}'] = value
with h5py.File(path('side.hdf5'), 'w') as file:
    for split, fields in corpus.items():
        for name, value in fields.items():
            file[f'{name}/{split}'] = value
frame = pandas.DataFrame(rows)
for kind in ['npy', 'csv', 'mat', 'parquet', 'tables', 'pickles']:
    frame.to_csv(path(kind, 'labels.csv'), index=False)
    for name, width in widths.items():
        columns = [f'f{column}' for column in range(width)]
        if kind == 'tables':
            parts = []
            for key, values in samples(name):
                part = pandas.DataFrame(values, columns=columns)
                part.insert(0, 'id', key)
                parts.append(part)
            pandas.concat(parts).to_parquet(path(kind, f'{name}.parquet'), index=False)
        elif kind == 'pickles':
            with open(path(kind, f'{name}.pkl'), 'wb') as file:
                pickle.dump(dict(samples(name)), file)
        for key, values in samples(name):
            whole = path(kind, name, key) if kind not in ('tables', 'pickles') else ''
            if kind == 'npy':
                numpy.save(whole, values)
            elif kind == 'csv':
                pandas.DataFrame(values, columns=columns).to_csv(whole + '.csv')
            elif kind == 'mat':
                scipy.io.savemat(whole + '.mat', {'features': values, 'names': ['x']})
            elif kind == 'parquet':
                pandas.DataFrame(values, columns=columns).to_parquet(whole + '.parquet')
`

const python = findPython(['numpy', 'pandas', 'scipy.io', 'h5py', 'pyarrow'])
describe.skipIf(python === undefined)(
  'what Python writes of one corpus (needs NumPy, pandas, SciPy, h5py and pyarrow)',
  () => {
    const out = join(folder, 'python')
    if (python === undefined) return
    runPython(python, script, out)
    it.each(readdirSync(out).filter((name) => name !== 'mmsa.pkl'))('%s', async (name) => {
      const [expected, found] = [await read(join(out, 'mmsa.pkl')), await read(join(out, name))]
      expect(found.splits).toEqual(expected.splits)
    })
  },
)
