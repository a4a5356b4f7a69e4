/** Small files of every kind that is read, for attacks to begin from. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeStore } from '../../src/data/corpora/store/index.js'
import { writeNpy } from '../../src/formats/npy/index.js'
import { writeSafetensors } from '../../src/formats/safetensors/index.js'
import { type Picklable, RawInstructions, writePickle } from '../support/data/pickle-writer.js'
import { writeSequence } from '../support/data/sequence-files.js'
import { writeTree } from '../support/data/trees.js'
import { datasetOf, mmsaSplit, smallContent } from '../support/datasets.js'
import { smallRecurrentModel } from '../support/models/small-graphs.js'

const fixtures = join(import.meta.dirname, '../formats/fixtures')

/** What Python writes of the same numbers, and the ending that tells what it is for. */
const written = {
  ...{ 'protocol0.pkl': 'values', 'protocol1.pkl': 'values', 'tensors-protocol2.pkl': 'values' },
  ...{ 'plain.mat': 'mat', 'compressed.mat': 'mat', 'v73.mat': 'mat', 'plain.h5': 'h5' },
  ...{ 'plain.npz': 'npz', 'compressed.npz': 'npz', 'dictionary.npy': 'npz' },
  ...{ 'torch.pt': 'pt', 'torch-legacy.pt': 'pt', 'plain.joblib': 'joblib' },
  ...{ 'zlib.joblib': 'joblib', 'gzip.joblib': 'joblib', 'protocol2.joblib': 'joblib' },
  ...{ 'packed.pkl.gz': 'packed', 'packed.pkl.bz2': 'packed', 'packed.pkl.xz': 'packed' },
  ...{ 'packed.pkl.z': 'packed', 'packed.zip': 'packed' },
} as const

/** A whole data set as a table. */
const table = `id,split,label,text,text_0,text_1,audio
a,train,1.5,"so, good",1,2,0.5
a,train,1.5,"so, good",3,4,0.25
b,dev,-1,bad,5,6,1
c,test,0,,7,8,nan
`
const weka = `@relation small
@attribute id string
@attribute split {train,valid,test}
@attribute label numeric
@attribute text_0 numeric
@data
'a',train,1.5,1
'b',valid,-1,?
'c',test,0,3
`

const labels = 'id,split,label\na,train,1\nb,valid,-1\nc,test,0.5\n'
const manifest =
  'path,start,end,emotion,sentiment\na.mp4,0.5,2,happy,1\nb.wav,-1,3,sad,nan\nc.mp4,2,1,sad,\n'
const evaluation =
  '[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5, 2.5, 2.5]\n[1 - 2]\tSes01F_impro01_M000\tang\t[1, 1, 1]\n'

/** Folders that are data sets, and raw corpora, which have files of many kinds. */
function writeFolders(at: (name: string) => string): void {
  mkdirSync(at('fold.store'))
  for (const split of ['train', 'dev', 'test']) {
    const file = (part: string) => join(at('fold.store'), `${split}_${part}.npy`)
    writeNpy(file('label'), 'Float32Array', [2], (put) => put(Float32Array.of(1, -2.5)))
    writeNpy(file('audio_mfcc'), 'Float32Array', [2, 2, 1], (put) =>
      put(Float32Array.of(1, 2, 3, 0)),
    )
    writeNpy(file('audio_seqN'), 'Int32Array', [2], (put) => put(Int32Array.of(2, 1)))
  }
  writeTree(at('tables.store'), {
    'labels.csv': labels,
    ...Object.fromEntries(
      ['a', 'b', 'c'].map((id) => [`audio/${id}.csv`, 'frame,x,y\n0,1,2\n1,3,4\n']),
    ),
    ...Object.fromEntries(['a', 'b', 'c'].map((id) => [`vision/${id}.csv`, '1;2,5\n3;4\n'])),
  })
  writeTree(at('manifest.raw'), { 'manifest.csv': manifest, 'a.mp4': '', 'b.wav': '' })
  writeTree(at('iemocap.raw'), {
    'Session1/dialog/EmoEvaluation/Ses01F_impro01.txt': evaluation,
    'Session1/dialog/transcriptions/Ses01F_impro01.txt':
      'Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.\n',
    'Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.wdseg':
      '0 40 -123 <s>\n41 59 -99 EXCUSE(2)\n',
  })
  writeTree(at('mosei.raw'), {
    'Labels/one.csv': 'Input.VIDEO_ID,Input.CLIP,Answer.anger,Answer.sentiment\nabc,0,1,-2\n',
    'Transcript/Combined/abc.txt': 'abc___0___-0.5___2.0___good film\n',
  })
}

/** Writes them into a folder; what a file is for follows from its ending. */
export async function writeSeeds(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const at = (name: string) => join(folder, name)
  const put = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content)

  const splits = new Map<string, Picklable>(
    ['train', 'valid', 'test'].map((name) => [name, mmsaSplit()]),
  )
  for (const protocol of [2, 3, 4, 5] as const) {
    put(`protocol${protocol}.pkl`, writePickle(splits, protocol))
  }
  put('gzip.packed', gzipSync(writePickle(splits)))
  const copies = 'cbuiltins\nlist\nq\x01](K\x01K\x02eq\0h\x01h\0\x85Rh\x01h\0\x85R\x86'
  put('copies.pkl', writePickle([new RawInstructions(Buffer.from(copies, 'latin1'))]))
  await writeStore(datasetOf(smallContent, smallContent, smallContent), at('small.store'))
  writeNpy(at('numbers.npy'), 'Float32Array', [3, 4], (write) => {
    write(Float32Array.from({ length: 12 }, (_, index) => index))
  })
  const tensors = new Map([
    ['a', { dtype: 'float32' as const, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ['b', { dtype: 'int64' as const, shape: [1], data: BigInt64Array.of(7n) }],
  ])
  writeSafetensors(at('tensors.safetensors'), tensors, { note: 'small' })
  const rows = {
    features: [
      [1, 2],
      [3, 4],
    ],
    intervals: [
      [0, 1],
      [1, 2],
    ],
  }
  await writeSequence(at('numbers.csd'), 'X', { one: rows, two: rows })
  await writeSequence(at('words.csd'), 'W', { one: { ...rows, features: ['good', 'sp'] } })
  put('small.glove', 'good 0.1 0.2 0.3\nbad -1 2e-3 4\n. . . 1 2 3\n')
  put(
    'run.yaml',
    'model: mmlatch\nsettings: &s {hidden: 4}\ndata: {path: x.pkl}\ntraining:\n  epochs: 3\nseed: 1\n',
  )
  put(
    'split.json',
    '{"train": ["a", "b"], "valid": ["c"], "test": [], "more": [1.5e3, null, true]}',
  )
  put('samples.jsonl', '{"id": "a", "text": [[1, 2], [3, 4]]}\n{"id": 3, "text": [[0.5, -1]]}\n')
  put('model.onnx', smallRecurrentModel())
  put('small.csv', table)
  writeFolders(at)
  put('small.arff', weka)
  for (const [name, kind] of Object.entries(written)) {
    copyFileSync(join(fixtures, 'formats', name), at(`${name}.${kind}`))
  }
  copyFileSync(join(fixtures, 'filters.h5'), at('filters.h5'))
  for (const name of ['plain', 'snappy', 'zstd', 'gzip', 'brotli']) {
    copyFileSync(join(fixtures, 'tables', `${name}.parquet`), at(`${name}.parquet`))
  }
}
