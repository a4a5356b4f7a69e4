import { describe, expect, test } from 'vitest'
import { misa } from '../../../src/models/index.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { logistic } from '../../reference/elementwise.js'
import { meanOf, type PlainWeights, plus, type Row, relu } from '../../reference/models/plain.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain } from '../../support/models/plain-model.js'

const widths = { text: 3, audio: 2, vision: 2 }
const lengths = { text: [3, 2, 1], audio: [2, 4, 1], vision: [1, 2, 3] }
const small = { width: 4, feedForward: 5, dropout: 0, transformerDropout: 0 }
const caseOf = (settings: object = {}, outputs = 2) => ({
  // Samples that differ little are divided by small norms, which magnifies roundings.
  ...{ model: misa, widths, lengths, outputs, scale: 1 },
  settings: { ...small, ...settings },
})

describeModel('MISA', caseOf())
describeModel(
  'MISA with a discriminator, of BERT’s features',
  caseOf({ similarity: 'adversarial', reverseWeight: 0.7, textReadout: 'mean' }, 1),
)
describeModel('MISA of word numbers, two modalities', {
  ...caseOf({ vocabulary: 5, wordWidth: 2, modalities: ['text', 'vision'] }),
  widths: { ...widths, text: 1 },
})

/** Both directions' last states of a bidirectional LSTM, and its outputs. */
function bothWays(weights: PlainWeights, name: string, steps: readonly Row[]) {
  const forward = weights.lstm(name, steps)
  const backward = weights.lstm(name, steps, 'backward')
  return {
    outputs: forward.map((state, step) => [...state, ...(backward[step] ?? [])]),
    last: [forward.at(-1) ?? [], backward[0] ?? []] as const,
  }
}

describe('MISA', () => {
  test('is its formula, sample by sample', () =>
    expectPlain(caseOf(), (weights, sample) => {
      const parts = (['text', 'vision', 'audio'] as const).map((modality) => {
        const at = `encoders.${modality}`
        const one = bothWays(weights, `${at}.rnn1`, sample(modality))
        const between = one.outputs.map((row) => weights.layerNorm(`${at}.norm`, row))
        const two = bothWays(weights, `${at}.rnn2`, between)
        const vector = [one.last[0], two.last[0], one.last[1], two.last[1]].flat()
        const common = weights.layerNorm(
          `projections.${modality}.norm`,
          relu(weights.linear(`projections.${modality}.linear`, vector)),
        )
        const squashed = (layer: string) => weights.linear(layer, common).map(logistic)
        return [squashed(`private.${modality}`), squashed('shared')] as const
      })
      const six = [...parts.map(([own]) => own), ...parts.map(([, shared]) => shared)]
      const layer = 'fusion.transformer.layers.0'
      const attended = weights.attention(`${layer}.self_attn`, six, six, 2)
      const ends = six.map((row, index) => {
        const middle = weights.layerNorm(`${layer}.norm1`, plus(row, attended[index] ?? []))
        const inner = relu(weights.linear(`${layer}.linear1`, middle))
        const outer = weights.linear(`${layer}.linear2`, inner)
        return weights.layerNorm(`${layer}.norm2`, plus(middle, outer))
      })
      return weights.linear('fusion.output', relu(weights.linear('fusion.hidden', ends.flat())))
    }))

  test('takes the mean of BERT’s features, and words by number', () =>
    expectPlain(
      {
        ...caseOf({ vocabulary: 10, wordWidth: 2, textReadout: 'mean', modalities: ['text'] }),
        widths: { text: 1 },
      },
      (weights, sample) => {
        const table = weights.row('encoders.text.words.weight')
        const vectors = sample('text').map(([word = 0]) => table.slice(2 * word, 2 * word + 2))
        const common = weights.layerNorm(
          'projections.text.norm',
          relu(weights.linear('projections.text.linear', meanOf(vectors, 2))),
        )
        const own = weights.linear('private.text', common).map(logistic)
        const shared = weights.linear('shared', common).map(logistic)
        const layer = 'fusion.transformer.layers.0'
        const pair = [own, shared]
        const attended = weights.attention(`${layer}.self_attn`, pair, pair, 2)
        const ends = pair.map((row, index) => {
          const middle = weights.layerNorm(`${layer}.norm1`, plus(row, attended[index] ?? []))
          const inner = relu(weights.linear(`${layer}.linear1`, middle))
          return weights.layerNorm(
            `${layer}.norm2`,
            plus(middle, weights.linear(`${layer}.linear2`, inner)),
          )
        })
        return weights.linear('fusion.output', relu(weights.linear('fusion.hidden', ends.flat())))
      },
    ))

  test('has objectives only where there is something to compare', () => {
    const objectives = (settings: object) =>
      Object.keys(smallModelOf(caseOf(settings)).outputs.objectives ?? {})
    expect(objectives({})).toEqual(['difference', 'similarity', 'reconstruction'])
    expect(objectives({ modalities: ['text'] })).toEqual(['difference', 'reconstruction'])
    const discriminators = (settings: object) =>
      smallModelOf(caseOf(settings)).parameters.filter(({ name }) =>
        name.startsWith('discriminator.'),
      ).length
    expect(discriminators({})).toBe(0)
    expect(discriminators({ similarity: 'adversarial' })).toBe(4)
    expect(discriminators({ similarity: 'adversarial', modalities: ['audio'] })).toBe(0)
  })

  test.each([
    ['moments, sentiment', {}, sentiment({ loss: 'mse' })],
    [
      'adversarial, emotions',
      { similarity: 'adversarial' },
      multiLabel({ labelNames: ['joy', 'grief'] }),
    ],
  ] as const)('learns a batch by heart, dropout on: %s', async (_, settings, task) => {
    const light = { width: 8, feedForward: 16, dropout: 0.05, transformerDropout: 0.02 }
    const { still, learnt } = await learnByHeart(
      misa.configure({ ...light, ...settings }),
      widths,
      task,
    )
    expect(learnt).toBeLessThan(0.8 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})
