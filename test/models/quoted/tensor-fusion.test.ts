/** TFN and LMF. */
import { describe, expect, test } from 'vitest'
import type { Model } from '../../../src/models/index.js'
import { lmf, tfn } from '../../../src/models/index.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { logistic } from '../../reference/elementwise.js'
import { meanOf, type PlainWeights, type Row, relu, sum } from '../../reference/models/plain.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain, type PlainSample } from '../../support/models/plain-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const lengths = { text: [3, 2], audio: [2, 4], vision: [1, 2] }
const sizes = { audioHidden: 2, visionHidden: 3, textHidden: 4, textWidth: 2 }
const small = { ...sizes, audioDropout: 0, visionDropout: 0, textDropout: 0 }
const caseOf = (model: Model, settings: object, outputs: number) => ({
  ...{ model, widths, lengths, outputs },
  settings: { ...small, ...settings },
})
const tensorCase = (settings: object = {}, outputs = 1) =>
  caseOf(tfn, { fusionWidth: 3, fusionDropout: 0, ...settings }, outputs)
const rankCase = (settings: object = {}, outputs = 2) =>
  caseOf(lmf, { rank: 3, ...settings }, outputs)

describeModel('TFN', tensorCase())
describeModel('TFN, text and audio, of classes', tensorCase({ modalities: ['text', 'audio'] }, 3))
describeModel(
  'TFN over padding',
  { ...tensorCase({ padding: 'seen' }), padding: 2 },
  { padded: false },
)
describeModel('LMF', rankCase())
describeModel(
  'LMF with weighted ranks',
  rankCase({ weightedRanks: true, modalities: ['vision', 'text'] }),
)

/** The vectors of the subnets, a 1 before each, in the order of the fusion. */
function plainVectors(weights: PlainWeights, sample: PlainSample): Row[] {
  const averages = (['audio', 'vision'] as const).map((modality) => {
    const at = `subnets.${modality}`
    const mean = meanOf(sample(modality), widths[modality])
    const layers = [1, 2, 3].map((layer) => `${at}.linear_${layer}`)
    return layers.reduce(
      (x, layer) => relu(weights.linear(layer, x)),
      weights.batchNorm(`${at}.norm`, mean),
    )
  })
  const states = weights.lstm('subnets.text.rnn', sample('text'))
  const text = weights.linear('subnets.text.linear_1', states.at(-1) ?? [])
  return [...averages, text].map((vector) => [1, ...vector])
}

describe('TFN and LMF', () => {
  test('are the formula of TFN, sample by sample', () =>
    expectPlain(tensorCase(), (weights, sample) => {
      const [audio = [], vision = [], text = []] = plainVectors(weights, sample)
      const fused = audio.flatMap((a) => vision.flatMap((v) => text.map((t) => a * v * t)))
      const first = relu(weights.linear('post_fusion_layer_1', fused))
      const second = relu(weights.linear('post_fusion_layer_2', first))
      return weights.linear('post_fusion_layer_3', second).map((score) => {
        // What the two parameters that do not learn say; small models draw all parameters.
        const [range = NaN] = weights.row('output_range')
        const [shift = NaN] = weights.row('output_shift')
        return range * logistic(score) + shift
      })
    }))

  test('are the formula of LMF: the tensor product times a tensor of low rank', () =>
    expectPlain(rankCase(), (weights, sample) => {
      const [audio = [], vision = [], text = []] = plainVectors(weights, sample)
      const factor = (name: string, rank: number, input: number, output: number) => {
        const { shape, data } = weights.get(`${name}_factor`)
        const [, inputs = 0, outputs = 0] = shape
        return data[(rank * inputs + input) * outputs + output] ?? NaN
      }
      return [0, 1].map((output) => {
        const terms = audio.flatMap((a, i) =>
          vision.flatMap((v, j) =>
            text.map((t, k) => {
              const weight = [0, 1, 2].map(
                (rank) =>
                  factor('audio', rank, i, output) *
                  factor('video', rank, j, output) *
                  factor('text', rank, k, output),
              )
              return a * v * t * sum(weight)
            }),
          ),
        )
        return sum(terms)
      })
    }))

  test('squash a single score into the range of sentiment, and nothing else unless told', () => {
    const buffers = (settings: object, outputs: number) =>
      smallModelOf(tensorCase(settings, outputs))
        .parameters.filter(({ name }) => name.startsWith('output_'))
        .map(({ name, trainable }) => [name, trainable])
    const both = [
      ['output_range', false],
      ['output_shift', false],
    ]
    expect(buffers({}, 1)).toEqual(both)
    expect(buffers({}, 3)).toEqual([])
    expect(buffers({ squash: true }, 3)).toEqual(both)
    expect(buffers({ squash: false }, 1)).toEqual([])
  })

  test('say what is missing', () => {
    expect(() => smallModelOf({ ...tensorCase(), widths: { text: 3, audio: 2 } })).toThrow(
      /tfn.*vision/,
    )
    expect(() => lmf.configure({ rank: 0 })).toThrow(/rank/)
  })

  test.each([
    ['TFN, sentiment', tfn, { fusionWidth: 16 }, sentiment({ loss: 'l1' })],
    ['LMF, classes', lmf, {}, singleLabel({ classNames: ['joy', 'grief', 'calm'] })],
  ] as const)('learn a batch by heart, dropout on: %s', async (_, model, settings, task) => {
    const wide = { audioHidden: 8, visionHidden: 8, textHidden: 8, textWidth: 8 }
    const light = { audioDropout: 0, visionDropout: 0, textDropout: 0.05 }
    const configured = model.configure({ ...wide, ...light, ...settings })
    const { still, learnt } = await learnByHeart(configured, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})
