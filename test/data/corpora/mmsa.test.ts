import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type MmsaOptions, openMmsa } from '../../../src/data/corpora/mmsa/index.js'
import type { Dataset } from '../../../src/data/dataset.js'
import {
  float32Array,
  float64Array,
  PickledNumbers,
  PickledObjects,
  RawInstructions,
  writePickle,
} from '../../support/data/pickle-writer.js'
import {
  type ChangedSplits,
  type MmsaChanges,
  mmsaSplit,
  noSamples,
  readSample,
  writeMmsa,
} from '../../support/datasets.js'
import { sharedPath, temporaryFolder } from '../../support/folders.js'

const folder = temporaryFolder()
const path = join(folder, 'features.pkl')

/** The three splits, each with some fields changed or (undefined) left out. */
function open(changed: ChangedSplits, options?: MmsaOptions, protocol: 2 | 3 | 4 | 5 = 4): Dataset {
  return openMmsa(writeMmsa(path, changed, protocol), options)
}

const everywhere = (changes: MmsaChanges): ChangedSplits => ({
  train: changes,
  valid: changes,
  test: changes,
})

describe("MMSA's feature pickles", () => {
  it.each([2, 3, 4, 5] as const)('are read with their true lengths, protocol %i', (protocol) => {
    const dataset = open({}, {}, protocol)
    const { train } = dataset.splits
    expect(dataset.name).toBe('features')
    expect(dataset.synthetic).toBe(false)
    expect(dataset.aligned).toBe(false)
    expect(dataset.classNames).toEqual(['Negative', 'Neutral', 'Positive'])
    expect(train.ids).toEqual(['a', 'b', 'c'])
    expect(train.rawText).toEqual(['one', 'two', 'three'])
    expect(train.targets.sentiment).toEqual(Float32Array.of(-1, 0.5, 3))
    expect(train.targets.classes).toEqual(Int32Array.of(0, 2, 2))
    expect(train.features.vision).toBeUndefined()
    expect(train.features.text?.lengths).toEqual(Int32Array.of(2, 3, 1))
    expect(readSample(train.features.text, 1)).toEqual([5, 6, 7, 8, 9, 10])
    expect(readSample(train.features.text, 2)).toEqual([11, 12])
    expect(readSample(train.features.audio, 2)).toEqual([6, 7])
    expect(dataset.notes).toContain('no sample is of class 1 (Neutral)')
    dataset.close()
  })

  it('stay in the file until they are closed', () => {
    const long = float32Array([3, 200, 1], Array(600).fill(1))
    const { close, splits } = open({ ...everywhere({ audio: long }) })
    expect(readSample(splits.train.features.audio, 0)).toEqual([1, 1, 1, 1])
    close()
    expect(() => readSample(splits.train.features.audio, 0)).toThrow('has been closed')
  })

  it('are aligned when all lengths agree', () => {
    const lengths = { text_lengths: [2, 3, 1], audio_lengths: float64Array([3], [2, 3, 1]) }
    expect(open(everywhere(lengths)).aligned).toBe(true)
    expect(open({ ...everywhere(lengths), test: { text_lengths: [2, 3, 2] } }).aligned).toBe(false)
  })

  it('have the lengths that the mask of text_bert tells where none are stated', () => {
    // Token numbers, mask and segments; the second mask ends in a true step of zeros.
    const rows = [
      ...[
        [101, 102, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
      ...[
        [101, 7, 102],
        [1, 1, 1],
        [0, 0, 0],
      ],
      ...[
        [101, 0, 0],
        [1, 0, 0],
        [0, 0, 0],
      ],
    ]
    const text_bert = float32Array([3, 3, 3], rows.flat())
    const dataset = open(everywhere({ text_lengths: undefined, text_bert }))
    expect(dataset.splits.valid.features.text?.lengths).toEqual(Int32Array.of(2, 3, 1))
    expect(dataset.notes).toContain('valid: lengths of text by the mask in text_bert')
  })

  it('have lengths by the rows of zeros where neither is there, shared where all are aligned', () => {
    const none = { text_lengths: undefined, audio_lengths: undefined, vision: undefined }
    const own = open(
      everywhere({ ...none, text: float32Array([3, 3, 1], [1, 2, 0, 3, 0, 4, 0, 0, 0]) }),
    )
    expect(own.splits.train.features.text?.lengths).toEqual(Int32Array.of(2, 3, 1))
    expect(own.notes).toContain(
      'train: text: lengths by the rows of zeros, before 0 samples and after 1 of 3',
    )
    expect(readSample(own.splits.train.features.text, 2)).toEqual([Number.NaN])
    const shared = open(
      everywhere({
        ...none,
        text: float32Array([3, 2, 1], [1, 0, 3, 4, 5, 0]),
        audio: float32Array([3, 2, 1], [1, 2, 3, 0, 6, 0]),
      }),
    )
    expect(shared.aligned).toBe(true)
    expect(shared.splits.train.features.text?.lengths).toEqual(Int32Array.of(2, 2, 1))
    const full = open(everywhere({ ...none, text: float32Array([3, 2, 1], [1, 2, 3, 4, 5, 6]) }))
    expect(full.notes).toContain('train: no lengths of text; all its steps count')
  })

  it('read a length of zero as one missing step, or one of zeros, and say so', () => {
    const dataset = open({ test: { text_lengths: [0, 3, 1] } })
    expect(readSample(dataset.splits.test.features.text, 0)).toEqual([Number.NaN, Number.NaN])
    const zeros = open({ test: { text_lengths: [0, 3, 1] } }, { invalid: 'zero' })
    expect(readSample(zeros.splits.test.features.text, 0)).toEqual([0, 0])
    expect(dataset.notes.join()).toContain('test: 1 samples of text are empty')
  })

  it('hold float64 features, class names of emotions, or one kind of label', () => {
    const dataset = open(
      everywhere({
        text: undefined,
        audio: float64Array([3, 4, 1], [1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 0, 0]),
        classification_labels: [1, 0, 1],
        annotations: ['angry', 'calm', 'angry'],
        regression_labels: undefined,
        raw_text: undefined,
      }),
    )
    expect(dataset.classNames).toEqual(['calm', 'angry'])
    expect(dataset.splits.train.targets.sentiment).toBeUndefined()
    expect(readSample(dataset.splits.train.features.audio, 2)).toEqual([6, 7])
    const unnamed = open(everywhere({ annotations: undefined }))
    expect(unnamed.classNames).toEqual(['class 0', 'class 1', 'class 2'])
  })

  it('give other fields as a modality, or leave one out', () => {
    const other = { glove: float32Array([3, 1, 1], [7, 8, 9]), glove_lengths: [1, 1, 1] }
    const dataset = open(everywhere(other), { modalities: { text: 'glove', audio: false } })
    expect(readSample(dataset.splits.train.features.text, 1)).toEqual([8])
    expect(dataset.splits.train.features.audio).toBeUndefined()
  })

  it('take ids and words as lists of one, byte strings or NumPy texts, but no deeper', () => {
    const words = Buffer.from('é'.repeat(2000))
    const texts = new PickledNumbers('|S2', [3], Buffer.from('p\0qrs\0'))
    const { train } = open({
      train: { id: [['x'], new PickledObjects(['y']), 7], raw_text: [words, '', ''] },
    }).splits
    expect(train.ids).toEqual(['x', 'y', '7'])
    expect(train.rawText?.[0]).toBe('é'.repeat(2000))
    expect(open({ train: { id: texts } }).splits.train.ids).toEqual(['p', 'qr', 's'])
    // A list within itself: made, remembered, recalled and appended.
    const circular = new RawInstructions(Buffer.from([0x5d, 0x71, 9, 0x68, 9, 0x61]))
    expect(() => open({ train: { id: ['a', circular, 'c'] } })).toThrow(
      'split train, id, row 1, row 0: expected a text: got a list of 1',
    )
  })

  const nan = [1, 2, 3, 4, 5, 0, 0, 0, 6, Number.NaN, 0, Number.POSITIVE_INFINITY]

  it('refuse invalid features with their place, and replace them when asked', () => {
    const changed = { valid: { audio: float32Array([3, 4, 1], nan) } }
    expect(() => open(changed, { invalid: 'refuse' })).toThrow(
      'features.pkl, split valid, audio, row 2 (c), step 1, feature 0: a feature is no finite number: got NaN',
    )
    const dataset = open(changed, { invalid: 'zero' })
    expect(readSample(dataset.splits.valid.features.audio, 2)).toEqual([6, 0])
    expect(dataset.notes).toContain('valid: 1 invalid numbers of audio read as 0')
    const missing = open(changed)
    expect(readSample(missing.splits.valid.features.audio, 2)).toEqual([6, Number.NaN])
    expect(missing.notes).toContain(
      'valid: 1 invalid numbers of audio are missing: they become the mean of training',
    )
  })

  it.each<[string, ChangedSplits, string]>([
    [
      'a length beyond the array',
      { train: { text_lengths: [2, 4, 1] } },
      'split train, text_lengths, row 1: length out of range: expected an integer from 0 to 3, the steps of the array, got 4',
    ],
    [
      'a negative length',
      { test: { audio_lengths: [-1, 1, 1] } },
      'split test, audio_lengths, row 0: length out of range',
    ],
    [
      'a length that is no integer',
      { test: { audio_lengths: [1, 1.5, 1] } },
      'row 1: length out of range',
    ],
    [
      'a length that is text',
      { test: { audio_lengths: [1, 'x', 1] } },
      'audio_lengths, row 1: expected a number: got the text "x"',
    ],
    [
      'too few lengths',
      { test: { audio_lengths: [1, 1] } },
      'split test, audio_lengths: lengths and features differ in number: expected 3, got 2',
    ],
    [
      'sentiment out of range',
      { valid: { regression_labels: [0, 3.5, 0] } },
      'split valid, row 1 (b): sentiment out of range: expected a number from -3 to 3, got 3.5',
    ],
    [
      'a negative class',
      { valid: { classification_labels: [0, -1, 2] } },
      'split valid, classification_labels, row 1: class out of range',
    ],
    [
      'a class that is no integer',
      { valid: { classification_labels: [0, 2, 1.5] } },
      'row 2: class out of range',
    ],
    [
      'too few labels',
      { test: { regression_labels: [0] } },
      'split test: sentiment and ids differ in number: expected 3 samples, got 1',
    ],
    [
      'too few ids',
      { test: { id: ['a', 'b'] } },
      'split test: text and ids differ in number: expected 2 samples, got 3',
    ],
    [
      'too few annotations',
      { test: { annotations: ['Negative'] } },
      'split test: annotations and classification_labels differ in number',
    ],
    [
      'contradicting names',
      { test: { annotations: ['Positive', 'Positive', 'Positive'] } },
      'split test, row 0: classification_labels and annotations contradict each other: expected "Negative" with class 0, as before, got class 0 with "Positive"',
    ],
    [
      'labels in some splits only',
      { test: { regression_labels: undefined } },
      'split test: the splits have different labels: expected sentiment, as in the others',
    ],
    [
      'no labels',
      everywhere({
        regression_labels: undefined,
        classification_labels: undefined,
        annotations: undefined,
      }),
      'split train: the split has no labels',
    ],
    [
      'no features',
      everywhere({ text: undefined, audio: undefined }),
      'split train: no features to read',
    ],
    [
      'a modality in some splits only',
      { test: { text: undefined } },
      'split test: no field called "text"',
    ],
    [
      'another width',
      { test: { text: float32Array([3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]) } },
      'split test: text differs between the splits: expected 2 features, as in train, got 1',
    ],
    [
      'features of one dimension',
      { train: { text: float32Array([6], [1, 2, 3, 4, 5, 6]) } },
      'one array a sample, got an array of float32 [6]',
    ],
    ['features that are a list', { train: { text: [1, 2] } }, 'got a list of 2'],
  ])('refuse %s', (_, changed, message) => {
    expect(() => open(changed)).toThrow(message)
  })

  it('refuse an empty split', () => {
    expect(() => open({ valid: noSamples })).toThrow(
      'features.pkl, split valid: the split has no samples',
    )
  })

  it('suggest the nearest name', () => {
    expect(() => open({}, { modalities: { text: 'txt' } })).toThrow('The nearest is "text"')
    const wrong: object = { modalities: { sound: 'audio', visoin: 'vision' } }
    expect(() => open({}, { ...wrong })).toThrow('no modality called "sound"')
    writeFileSync(
      path,
      writePickle(
        new Map([
          ['train', mmsaSplit()],
          ['vaild', mmsaSplit()],
        ]),
      ),
    )
    expect(() => openMmsa(path)).toThrow(
      'no split called "valid": got only train, vaild. Say what the file calls it with --names valid=vaild',
    )
    writeFileSync(path, writePickle([1, 2]))
    expect(() => openMmsa(path)).toThrow("not in the layout of MMSA's or MulT's feature files")
  })
})

describe('the reference data', () => {
  const mosi = sharedPath('data/mosi/mosi_context_10.pkl')
  const ravdess = sharedPath('data/ravdess/ravdess_av.pkl')

  it.skipIf(mosi === undefined)('of CMU-MOSI', () => {
    const dataset = openMmsa(mosi ?? '')
    const { train, valid, test } = dataset.splits
    expect([train, valid, test].map(({ ids }) => ids.length)).toEqual([1447, 225, 230])
    expect([dataset.aligned, dataset.classNames]).toEqual([
      true,
      ['Negative', 'Neutral', 'Positive'],
    ])
    expect(Object.values(train.features).map(({ width }) => width)).toEqual([100, 73, 100])
    expect(train.features.text?.lengths.subarray(0, 3)).toEqual(Int32Array.of(1, 2, 3))
    expect(train.rawText?.[0]).toBe('BUT FOR THIS ONE I JUST DIDNT FEEL LIKE IT')
    expect(readSample(train.features.audio, 4)).toHaveLength(5 * 73)
    dataset.close()
  })

  it.skipIf(ravdess === undefined)('of RAVDESS', () => {
    const dataset = openMmsa(ravdess ?? '')
    expect(dataset.aligned).toBe(false)
    expect(dataset.classNames).toEqual([
      'neutral',
      'calm',
      'happy',
      'sad',
      'angry',
      'fearful',
      'disgust',
      'surprised',
    ])
    expect(Object.keys(dataset.splits.test.features)).toEqual(['audio', 'vision'])
    expect(dataset.splits.test.targets.sentiment).toBeUndefined()
    expect(dataset.notes).toEqual([])
    dataset.close()
  })
})
