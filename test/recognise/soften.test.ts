import { expect, test } from 'vitest'
import { readBundledWeights } from '../../src/disk/assets.js'
import { openImages } from '../../src/media/decode/node/index.js'
import { openExpressionModel } from '../../src/media/face/index.js'
import { openFaceReader } from '../../src/recognise/face.js'
import { softened } from '../../src/recognise/soften.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { sharedPath } from '../support/folders.js'

test('logarithms are divided, the order stays, and the sum is 1', () => {
  const given = [0.7, 0.2, 0.1, 0]
  const [one = 0, two = 0, three = 0, none = 1] = softened(given, 2)
  expect(one + two + three + none).toBeCloseTo(1, 12)
  expect(Math.log(one / two)).toBeCloseTo(Math.log(0.7 / 0.2) / 2, 12)
  expect(Math.log(two / three)).toBeCloseTo(Math.log(2) / 2, 12)
  expect(none).toBe(0)
  for (const [place, value] of softened(given, 1).entries()) {
    expect(value).toBeCloseTo(given[place] ?? Number.NaN, 12)
  }
})

const face = sharedPath('golden/media/faces/dfew_sad.png')

test.skipIf(!face)(
  'faces are read less sure than the model is (needs the reference data)',
  async () => {
    const [faces, weights] = [readBundledWeights('faces'), readBundledWeights('expression')]
    const reader = await openFaceReader(nodeEngine, { faces, expression: weights })
    const model = await openExpressionModel(nodeEngine, weights)
    const source = await openImages([face ?? ''])
    const pending: Promise<Float32Array[]>[] = []
    const { reading } = await reader.read(source, (picture, { box }) => {
      pending.push(model.logits([{ picture, box }]))
    })
    const [scores = []] = await Promise.all(pending)
    const [logits = new Float32Array(0)] = scores
    expect(logits).toHaveLength(7)
    const [{ probabilities = [] } = {}] = reading.estimates
    // Logits less their mean are the logarithms, times the temperature.
    const apart = (values: readonly number[]) => values.map((value) => value - (values[0] ?? 0))
    const scaled = apart([...logits]).map((value) => value / 1.34)
    for (const [place, value] of apart(probabilities.map(Math.log)).entries()) {
      expect(value).toBeCloseTo(scaled[place] ?? Number.NaN, 3)
    }
    await Promise.all([reader.close(), model.close(), source.close()])
  },
)
