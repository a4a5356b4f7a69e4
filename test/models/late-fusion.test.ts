import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Graph } from '../../src/graph/index.js'
import type { Widths } from '../../src/models/define/model.js'
import { lfLstm, lfTrans, type Model } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { passes, verifyReference } from '../../src/verify/verify.js'
import { sharedPath } from '../support/folders.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 2, vision: 3 }
const lengths = { text: [3, 2], audio: [2, 4], vision: [1, 2] }

const variants: readonly (readonly [string, Model, object, boolean?])[] = [
  ['LF-LSTM', lfLstm, {}],
  ['LF-LSTM over padding', lfLstm, { padding: 'seen' }, false],
  [
    'LF-LSTM of another width, two modalities',
    lfLstm,
    { hidden: 3, modalities: ['vision', 'text'] },
  ],
  ['LF-LSTM, audio alone, last step', lfLstm, { modalities: ['audio'], audioReadout: 'step' }],
  ['LF-TRANS', lfTrans, { feedForward: 5 }],
  [
    'LF-TRANS of one width, audio and vision',
    lfTrans,
    { hidden: 4, visionHeads: 2, layers: 1, feedForward: 5, modalities: ['audio', 'vision'] },
  ],
  ['LF-TRANS, text alone', lfTrans, { modalities: ['text'], feedForward: 5, textHeads: 1 }],
]

for (const [name, model, settings, padded = true] of variants) {
  const given = { model, widths, lengths, outputs: 3, settings: { dropout: 0, ...settings } }
  describeModel(name, { ...given, padding: padded ? 0 : 2 }, { padded })
}

const size = (
  model: Model,
  settings: object,
  features: Widths,
): ReadonlyMap<string, readonly number[]> => {
  const scope = new Scope(new Graph())
  model.configure(settings).build(scope, features, 2)
  return new Map([...scope.graph.parameters].map(([name, { shape }]) => [name, shape]))
}

describe('late fusion', () => {
  test('reads over the padding only where told to', async () => {
    const predict = async (padding: number) => {
      const { outputs, feeds } = smallModelOf({
        model: lfLstm,
        widths,
        settings: { padding: 'seen' },
        padding,
      })
      return (await runSmall({ prediction: outputs.prediction }, feeds)).get('prediction')?.data
    }
    expect(await predict(0)).not.toEqual(await predict(3))
  })

  test('mixes the modalities’ own logits by one weight each', async () => {
    for (const model of [lfLstm, lfTrans]) {
      const { outputs, feeds, parameters } = smallModelOf({
        model,
        widths,
        settings: { dropout: 0 },
      })
      const fusion = parameters.find(({ name }) => name === 'fusion.weight')
      const weights = (fusion && feeds.get(fusion.tensor)?.data) ?? []
      const results = await runSmall({ prediction: outputs.prediction, ...outputs.heads }, feeds)
      const at = (name: string) => Array.from(results.get(name)?.data ?? [], Number)
      const heads = ['head.text', 'head.audio', 'head.vision'].map(at)
      for (const [index, value] of at('prediction').entries()) {
        const sum = heads.reduce(
          (total, head, place) => total + (head[index] ?? 0) * (weights[place] ?? 0),
          0,
        )
        expect(value).toBeCloseTo(sum, 5)
      }
    }
  })

  test('is as wide as the features of each modality unless told otherwise', () => {
    const features = { text: 300, audio: 142, vision: 35 }
    const own = size(lfLstm, {}, features)
    expect(own.get('encoders.audio.layer0.forward.recurrent_weight')).toEqual([4 * 142, 142])
    expect(own.get('heads.vision.0.weight')).toEqual([35, 70])
    const common = size(lfTrans, { hidden: 16 }, features)
    expect(common.get('projections.audio.weight')).toEqual([16, 142])
    expect(common.get('heads.vision.0.weight')).toEqual([8, 16])
  })

  test('has as many heads as share the width evenly, and refuses those that do not', () => {
    const shapes = (settings: object) =>
      smallModelOf({ model: lfTrans, widths: { text: 6, audio: 47, vision: 35 }, settings }).outputs
        .maps
    expect(shapes({})['attention.text.layer 1']?.shape[1]).toBe(3)
    expect(shapes({})['attention.audio.layer 2']?.shape[1]).toBe(1)
    expect(shapes({})['attention.vision.layer 2']?.shape[1]).toBe(5)
    expect(() => shapes({ audioHeads: 2 })).toThrow(
      /width must be divisible by the number of heads: expected a multiple of 2, got width 47/,
    )
  })

  test('says what is missing in one sentence', () => {
    expect(() => size(lfLstm, {}, { text: 3 })).toThrow(
      /lf-lstm: no features for audio: got text\. Choose other inputs for the model/,
    )
    expect(() => lfTrans.configure({ layer: 2 })).toThrow(/unknown key "layer".*"layers"/)
    expect(() => lfLstm.configure({ modalities: [] })).toThrow(/modalities/)
    expect(
      lfTrans.configure({ modalities: ['vision', 'text'] }).inputs.map(({ name }) => name),
    ).toEqual(['text', 'vision'])
  })
})

describe('late fusion and the authors’ code', () => {
  const references = (['lf-lstm', 'lf-transformer'] as const).map(
    (name) => [name, sharedPath('golden', `${name}.safetensors`)] as const,
  )
  const absent = references.some(([, path]) => !path)

  test.skipIf(absent).each(references)(
    '%s: output, loss, gradients and ten steps of Adam (needs ../shared)',
    async (_, path) => {
      const comparisons = await verifyReference(path ?? '')
      expect(comparisons.map(({ what }) => what)).toContain('trajectory')
      expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
    },
  )

  test.skipIf(absent).each(references)(
    '%s: the published names are those of the file, one to one (needs ../shared)',
    (name, path) => {
      const { tensors } = readSafetensors(path ?? '')
      const theirs = [...tensors.keys()].filter((key) => key.startsWith('param.'))
      const model = name === 'lf-lstm' ? lfLstm : lfTrans
      const ours = [...size(model, {}, { text: 20, audio: 12, vision: 15 }).keys()]
      expect(ours.map((own) => `param.${model.published(own).name}`).sort()).toEqual(theirs.sort())
    },
  )
})

describe('late fusion in training', () => {
  const emotions = multiLabel({ labelNames: ['joy', 'grief'] })

  test.each([
    ['LF-LSTM, emotions', lfLstm, { dropout: 0.1 }, emotions],
    ['LF-TRANS, emotions', lfTrans, { feedForward: 16, dropout: 0.05, hidden: 8 }, emotions],
    [
      'LF-TRANS, sentiment',
      lfTrans,
      { feedForward: 16, dropout: 0.05, hidden: 8 },
      sentiment({ loss: 'l1' }),
    ],
  ] as const)('learns a batch by heart, dropout on: %s', async (_, model, settings, task) => {
    const { still, learnt } = await learnByHeart(model.configure(settings), widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})
