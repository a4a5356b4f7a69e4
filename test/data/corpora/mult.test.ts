import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FeatureFileOptions } from '../../../src/data/corpora/fields/index.js'
import { openMult } from '../../../src/data/corpora/mult/index.js'
import type { Dataset } from '../../../src/data/dataset.js'
import { openDataset } from '../../../src/data/open.js'
import {
  float32Array,
  float64Array,
  type Picklable,
  PickledNumbers,
  PickledObjects,
  writePickle,
} from '../../support/data/pickle-writer.js'
import { readSample } from '../../support/datasets.js'
import { temporaryFolder } from '../../support/folders.js'

const folder = temporaryFolder()
const path = join(folder, 'mosi_data_noalign.pkl')

type Changes = Readonly<Record<string, Picklable | undefined>>

/** Two samples: text 2 x 3 steps, audio 1 x 4, vision 1 x 2, padded at either end. */
function fields(changes: Changes): Map<string, Picklable> {
  const all: Record<string, Picklable | undefined> = {
    text: float32Array([2, 3, 2], [0, 0, 1, 2, 0, 3, 4, 5, 6, 7, 0, 0]),
    audio: float64Array([2, 4, 1], [0, 1, 0, 2, 3, 0, 0, 0]),
    vision: float32Array([2, 2, 1], [1, 2, 0, 0]),
    labels: float32Array([2, 1, 1], [-1.5, 2]),
    id: new PickledObjects([
      ['v1', '0.5', '2.5'],
      ['v2', '1', '2'],
    ]),
    ...changes,
  }
  return new Map(
    Object.entries(all).filter((entry): entry is [string, Picklable] => entry[1] !== undefined),
  )
}

function write(changes: Changes): void {
  const split = fields(changes)
  writeFileSync(
    path,
    writePickle(
      new Map([
        ['train', split],
        ['valid', split],
        ['test', split],
      ]),
    ),
  )
}

function open(changes: Changes = {}, options?: FeatureFileOptions): Dataset {
  write(changes)
  return openMult(path, options)
}

const samples = (dataset: Dataset) =>
  dataset.splits.train.ids.map((id, row) => {
    const { text, audio, vision } = dataset.splits.train.features
    return {
      id,
      text: readSample(text, row),
      audio: readSample(audio, row),
      vision: readSample(vision, row),
    }
  })

describe("MulT's feature pickles", () => {
  it('are known by their keys, with lengths by the zeros before and after', async () => {
    write({})
    const dataset = await openDataset(path)
    expect(dataset).toMatchObject({ name: 'mosi_data_noalign', aligned: false, synthetic: false })
    expect(dataset.emotionNames).toBeUndefined()
    expect(samples(dataset)).toEqual([
      { id: 'v1[0.5-2.5]', text: [1, 2, 0, 3], audio: [1, 0, 2], vision: [1, 2] },
      { id: 'v2[1-2]', text: [4, 5, 6, 7], audio: [3], vision: [Number.NaN] },
    ])
    expect(dataset.splits.train.targets).toEqual({ sentiment: Float32Array.of(-1.5, 2) })
    expect(dataset.notes.filter((note) => note.startsWith('train'))).toEqual([
      'train: text: lengths by the rows of zeros, before 1 samples and after 1 of 2',
      'train: audio: lengths by the rows of zeros, before 1 samples and after 1 of 2',
      'train: vision: 1 samples are empty, read as one step of missing numbers, the mean of training',
    ])
    dataset.close()
  })

  it('keep their steps together where the modalities are aligned', () => {
    const dataset = open({
      text: float32Array([2, 3, 1], [0, 1, 2, 3, 0, 0]),
      audio: float32Array([2, 3, 1], [0, 0, 5, 6, 7, 0]),
      vision: float32Array([2, 3, 1], [0, 0, 0, 8, 0, 0]),
    })
    expect(dataset.aligned).toBe(true)
    expect(samples(dataset).map(({ text, audio, vision }) => [text, audio, vision])).toEqual([
      [
        [1, 2],
        [0, 5],
        // Where one of them has nothing at all, it is missing.
        [Number.NaN, Number.NaN],
      ],
      [
        [3, 0],
        [6, 7],
        [8, 0],
      ],
    ])
    dataset.close()
  })

  it("read one-hot pairs as IEMOCAP's four emotions", () => {
    const [no, yes] = [
      [1, 0],
      [0, 1],
    ]
    const pairs = [no, yes, no, yes, yes, no, no, no].flatMap((pair) => pair ?? [])
    const bytes = new Uint8Array(BigInt64Array.from(pairs, BigInt).buffer)
    const dataset = open({ labels: new PickledNumbers('<i8', [2, 4, 2], bytes) })
    expect(dataset.emotionNames).toEqual(['neutral', 'happy', 'sad', 'angry'])
    expect(dataset.splits.test.targets).toEqual({
      emotions: Float32Array.of(0, 1, 0, 1, 1, 0, 0, 0),
    })
    dataset.close()
    const neither = float32Array([2, 4, 2], new Float32Array(16))
    expect(() => open({ labels: neither })).toThrow(
      /labels, row 0, neutral: a label says neither yes nor no: expected \[1, 0\] or \[0, 1\], got \[0, 0\]/,
    )
    expect(() => open({ labels: float32Array([2, 3, 1], [1, 0, 1, 1, -1, 0]) })).toThrow(
      /labels, row 1: labels of an unknown layout: .*got 3 columns, with -1 in one of them/,
    )
  })

  it('read minus infinity in the audio as 0, and treat other invalid numbers as asked', () => {
    const { NEGATIVE_INFINITY: low, NaN: nan } = Number
    const audio = float32Array([2, 4, 1], [0, low, 0, 2, 3, low, 0, 0])
    const mended = open({ audio }, { invalid: 'zero' })
    expect(samples(mended).map(({ audio }) => audio)).toEqual([
      [0, 0, 2],
      [3, 0],
    ])
    expect(mended.notes).toContain(
      "train: 2 times minus infinity in the audio read as 0, as MulT's published loader does",
    )
    mended.close()
    const missing = open({ audio })
    expect(samples(missing)[1]?.audio).toEqual([3, Number.NaN])
    missing.close()
    const vision = float32Array([2, 2, 1], [1, low, nan, 0])
    expect(() => open({ vision }, { invalid: 'refuse' })).toThrow(
      /split train, vision, row 0 \(v1\[0.5-2.5\]\), step 1/,
    )
    const replaced = open({ vision }, { invalid: 'zero' })
    expect(samples(replaced).map((sample) => sample.vision)).toEqual([[1, 0], [0]])
    expect(replaced.notes).toContain('train: 2 invalid numbers of vision read as 0')
    replaced.close()
  })

  it('read ids of other forms, or call samples by their rows', () => {
    const text = Buffer.alloc(2 * 3 * 4)
    ;['v1', '0', '9', 'v2', '3', '4'].forEach((part, place) => {
      text.write(part, place * 4, 'latin1')
    })
    const table = open({ id: new PickledNumbers('|S4', [2, 3], text) })
    expect(table.splits.train.ids).toEqual(['v1[0-9]', 'v2[3-4]'])
    table.close()
    const plain = open({ id: new PickledObjects(['a', 'b']) })
    expect(plain.splits.train.ids).toEqual(['a', 'b'])
    plain.close()
    const none = open({ id: undefined })
    expect(none.splits.valid.ids).toEqual(['valid-0', 'valid-1'])
    expect(none.notes).toContain('valid: no ids in the file; samples are called by their row')
    none.close()
  })

  it('are refused where a field is missing or of another size', () => {
    expect(() => open({ labels: float32Array([1, 1, 1], [1]) })).toThrow(
      /split train: sentiment and ids differ in number: expected 2 samples, got 1/,
    )
    expect(() => open({ text: float32Array([6], new Float32Array(6)) })).toThrow(
      /text: invalid features/,
    )
    expect(() => open({}, { modalities: { vision: 'visual' } })).toThrow(
      /no field for vision called "visual"/,
    )
  })
})
