import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Graph } from '../../src/graph/index.js'
import { TrainingStep } from '../../src/learn/step/step.js'
import type { Widths } from '../../src/models/define/model.js'
import { emoembs } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { givenWeights } from '../../src/runs/train/given-weights.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { multiLabel } from '../../src/task/multi-label.js'
import type { Task } from '../../src/task/task.js'
import { passes, verifyReference } from '../../src/verify/verify.js'
import { sharedPath } from '../support/folders.js'
import { lossesOf, randomBatch } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const lengths = { text: [3, 2], audio: [2, 4], vision: [1, 2] }
const small = { vectorWidth: 5, audioHidden: 3, visionHidden: 2, dropout: 0 }
const caseOf = (settings: object, outputs = 3) => ({
  ...{ model: emoembs, widths, lengths, outputs },
  settings: { ...small, ...settings },
})

describeModel('EmoEmbs', caseOf({}))
describeModel(
  'EmoEmbs over padding',
  { ...caseOf({ padding: 'seen' }), padding: 2 },
  { padded: false },
)
describeModel('EmoEmbs, both states', caseOf({ readout: 'states', layers: 1 }))
describeModel('EmoEmbs, text and vision', caseOf({ modalities: ['vision', 'text'] }))
describeModel('EmoEmbs, audio alone, one output', caseOf({ modalities: ['audio'] }, 1))

const declare = (settings: object, outputs: number, features: Widths = widths) => {
  const scope = new Scope(new Graph())
  emoembs.configure(settings).build(scope, features, outputs)
  return scope.graph.parameters
}

describe('EmoEmbs', () => {
  test('keeps the words’ vectors as they are, and says where they go', () => {
    const { wordVectors } = emoembs.configure({})
    expect(wordVectors).toEqual({ parameter: 'words.weight', width: 100 })
    const table = declare({}, 6).get(wordVectors?.parameter ?? '')
    expect(table).toMatchObject({ shape: [6, 100], trainable: false })
    const others = [...declare({}, 6).values()].filter(({ name }) => name !== 'words.weight')
    expect(others.every(({ trainable }) => trainable)).toBe(true)
  })

  test('gives two classes with one vector the same score', async () => {
    const { outputs, feeds, parameters } = smallModelOf(caseOf({}))
    const words = parameters.find(({ name }) => name === 'words.weight')
    if (!words) throw new Error('no words')
    const row = [0.3, -0.1, 0.7, 0.2, -0.5]
    const data = [...row, ...row.map((value) => -2 * value), ...row]
    const changed = new Map(feeds).set(words.tensor, { shape: [3, 5], data })
    const { prediction } = outputs
    const scores = (await runSmall({ prediction }, changed)).get('prediction')?.data ?? []
    expect(scores[0]).toBe(scores[2])
    expect(scores[3]).toBe(scores[5])
    expect(scores[0]).not.toBeCloseTo(Number(scores[1]), 2)
  })

  test('has the sizes of the document', () => {
    const features = { text: 300, audio: 142, vision: 35 }
    const parameters = declare({ vectorWidth: 300 }, 6, features)
    const shape = (name: string) => parameters.get(name)?.shape
    expect(shape('encoders.text.layer1.backward.recurrent_weight')).toEqual([1200, 300])
    expect(shape('encoders.audio.layer0.forward.input_weight')).toEqual([800, 142])
    expect(shape('maps.audio.weight')).toEqual([200, 300])
    expect(shape('maps.vision.weight')).toEqual([100, 300])
    expect(shape('fusion.weight')).toEqual([3])
  })

  test('learns with dropout on, its words still', async () => {
    const task: Task = multiLabel({ labelNames: ['joy', 'grief', 'calm'] })
    const model = emoembs.configure({ vectorWidth: 100, audioHidden: 6, visionHidden: 6 })
    const initial = await givenWeights(model, task, {})
    const words = initial.get('words.weight')?.slice() ?? new Float32Array()
    const lengths = { text: [3, 1, 2], audio: [2, 5, 6], vision: [4, 3, 1] }
    const feeds = randomBatch({ widths, lengths, task })
    const optimiser = { weightDecay: 0.001 }
    const trainer = await TrainingStep.open({
      engine: nodeEngine,
      model,
      widths,
      task,
      optimiser,
      seed: 1,
      initial,
    })
    const losses = await lossesOf(trainer, feeds, 80)
    const trained = trainer.state.parameter('words.weight').slice()
    await trainer.close()
    expect(losses[0]).not.toBe(losses[1])
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0))
    expect(trained).toEqual(words)
    expect(words.some((value) => value !== 0)).toBe(true)
  })

  test('wants one word an output', () => {
    const words = ['joy', 'grief']
    expect(emoembs.configure({ words }).wordVectors?.words).toEqual(words)
    expect(() => declare({ words }, 3)).toThrow(
      /emoembs, words: each output needs exactly one word: expected 3 words, got 2: joy, grief/,
    )
    expect(() => declare({}, 3, { text: 3 })).toThrow(/emoembs: no features for audio/)
  })
})

describe('EmoEmbs and the authors’ code', () => {
  const path = sharedPath('golden', 'emoembs.safetensors')

  test.skipIf(!path)(
    'output, loss, gradients and ten steps of Adam (needs ../shared)',
    async () => {
      const comparisons = await verifyReference(path ?? '')
      expect(comparisons.map(({ what }) => what)).toContain('trajectory')
      expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
    },
  )

  test.skipIf(!path)('published names are those of the file, one to one (needs ../shared)', () => {
    const { tensors } = readSafetensors(path ?? '')
    const theirs = [...tensors.keys()].filter((key) => key.startsWith('param.'))
    const ours = [...declare({}, 6).keys()].map((own) => `param.${emoembs.published(own).name}`)
    expect(ours.sort()).toEqual(theirs.sort())
  })
})
