import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { referenceMetadata } from '../../src/models/published/reference-format.js'
import { findReference } from '../../src/models/published/references.js'

const read = (published: string, metadata: Readonly<Record<string, string>>) => {
  const found = findReference(published, 'theirs.safetensors')
  if (found.kind !== 'model') throw new Error(`${published} is a piece`)
  return found.format.read(referenceMetadata(metadata, 'theirs.safetensors'))
}

describe('what reference files say', () => {
  test('is read as settings', () => {
    const mmlatch = read('MMLatch AVTClassifier', {
      dims: '{"hidden": 10}',
      ...{ feedback: 'true', mask: 'learnable_static_mask' },
    })
    expect(mmlatch.settings).toMatchObject({ hidden: 10, feedback: 'linear' })
    const late = { pos_weight: '[1, 2]', audio_lengths: '[5, 3]', vision_lengths: '[4, 6]' }
    expect(read('lf-lstm', late)).toMatchObject({
      outputs: 2,
      packed: { audio: [5, 3], vision: [4, 6] },
    })
    const sizes = { hidden_sizes: '[10, 8, 6]', layers: '2', num_classes: '6' }
    expect(read('EmotionEmbAttnModel', sizes)).toMatchObject({
      settings: { vectorWidth: 10, audioHidden: 8, visionHidden: 6, layers: 2 },
      outputs: 6,
    })
  })

  test.each([
    ['MULTModel', { hyper: '{' }, /theirs\.safetensors, metadata, hyper: .*not JSON/],
    ['MULTModel', {}, /theirs\.safetensors, metadata, hyper: is missing/],
    ['TVAModel_Self', { params: '{"rnnsize": 0}' }, /metadata, params, rnnsize: is invalid/],
    ['EmotionEmbAttnModel', { hidden_sizes: '[10]' }, /metadata, hidden_sizes/],
    ['lf-transformer', { pos_weight: '7' }, /metadata, pos_weight: is invalid/],
    ['MMLatch AVTClassifier', { dims: 'null' }, /metadata, dims: is invalid/],
    [
      'MMLatch AVTClassifier',
      { dims: '{"hidden": 4}', feedback: 'true', mask: 'static' },
      /metadata, mask: is invalid.*learnable_static_mask/,
    ],
  ] as const)('%s: a mistake in it is told with its place', (published, metadata, message) => {
    expect(() => read(published, metadata)).toThrow(LimbicError)
    expect(() => read(published, metadata)).toThrow(message)
  })

  test('of an unknown model is told with those that are known', () => {
    expect(() => findReference('BERT', 'theirs.safetensors')).toThrow(
      /theirs\.safetensors: .*"MULTModel".*got "BERT"/,
    )
  })
})
