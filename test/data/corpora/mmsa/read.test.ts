import { describe, expect, it } from 'vitest'
import { openMmsa } from '../../../../src/data/corpora/mmsa/index.js'
import {
  float32Array,
  float64Array,
  PickledNumbers,
  PickledObjects,
  RawInstructions,
} from '../../../support/data/pickle-writer.js'
import { readSample } from '../../../support/datasets.js'
import { sharedPath } from '../../../support/folders.js'
import { everywhere, open } from './opening.js'

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
      'features.pkl, split valid, audio, row 2 (c), step 1, feature 0: a feature is not a finite number: got NaN',
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
