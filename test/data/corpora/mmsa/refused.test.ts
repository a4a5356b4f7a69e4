/** Feature pickles of MMSA that are refused, each by split, field and row. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openMmsa } from '../../../../src/data/corpora/mmsa/index.js'
import { float32Array, writePickle } from '../../../support/data/pickle-writer.js'
import { type ChangedSplits, mmsaSplit, noSamples } from '../../../support/datasets.js'
import { everywhere, open, path } from './opening.js'

describe("MMSA's feature pickles that are wrong", () => {
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
      'one array per sample, got an array of float32 [6]',
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
