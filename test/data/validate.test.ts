import { expect, test } from 'vitest'
import { synthesise, validateDataset } from '../../src/data/index.js'

test('aligned modalities must have equal lengths', () => {
  const dataset = synthesise({ aligned: true, samples: { train: 4, valid: 2, test: 2 } })
  expect(() => validateDataset(dataset, 'corpus')).not.toThrow()
  const { train } = dataset.splits
  const lengths = train.features.audio?.lengths
  if (!lengths) throw new Error('the corpus has audio')
  lengths[2] = (lengths[2] ?? 0) + 1
  expect(() => validateDataset(dataset, 'corpus')).toThrow(
    /corpus, split train, audio, row 2 .*: aligned modalities differ in their steps/,
  )
})
