/** Small files of every kind that is read, for attacks to begin from. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeStore } from '../../src/data/corpora/store/index.js'
import { writeNpy } from '../../src/formats/npy/index.js'
import { writeSafetensors } from '../../src/formats/safetensors/index.js'
import { datasetOf, mmsaSplit, smallContent } from '../support/datasets.js'
import { type Picklable, RawInstructions, writePickle } from '../support/pickle-writer.js'
import { writeSequence } from '../support/sequence-files.js'
import { smallRecurrentModel } from '../support/small-graphs.js'

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
  put('packed.gz', gzipSync(writePickle(splits)))
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
}
