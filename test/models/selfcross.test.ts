import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { Graph } from '../../src/graph/index.js'
import type { Widths } from '../../src/models/define/model.js'
import { selfcross } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { sentiment } from '../../src/task/sentiment.js'
import { singleLabel } from '../../src/task/single-label.js'
import type { Task } from '../../src/task/task.js'
import { passes, verifyReference } from '../../src/verify/verify.js'
import { sharedPath } from '../support/folders.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2 }
const small = {
  hidden: 3,
  heads: 2,
  audioInputSteps: 7,
  audioSteps: 4,
  visionInputSteps: 3,
  visionSteps: 2,
  attentionDropout: 0,
  textDropout: 0,
}
const lengths = { text: [3, 1], audio: [2, 5], vision: [4, 3] }
const caseOf = (settings: object) => ({
  model: selfcross,
  widths,
  outputs: 3,
  lengths,
  settings: { ...small, ...settings },
})

const variants: readonly (readonly [string, object, boolean?])[] = [
  ['self', { attention: 'self' }],
  ['cross', { attention: 'cross' }],
  ['both', { attention: 'both' }],
  ['both without statistics', { attention: 'both', statistics: false }],
  ['cross of two', { attention: 'cross', modalities: ['vision', 'audio'] }],
  ['self of two, without convolution', { modalities: ['text', 'vision'], convolution: 'none' }],
  ['one modality', { modalities: ['audio'] }],
  ['one modality of true lengths', { modalities: ['audio'], convolution: 'none' }],
  ['cross over features', { attention: 'cross', convolution: 'features' }],
  ['cross as published', { attention: 'cross', padding: 'seen' }, false],
  ['self, features, padding seen', { convolution: 'features', padding: 'seen' }, false],
]

for (const [name, settings, padded = true] of variants) {
  // A convolution over time weighs padded steps, and takes them for zeros.
  const zeros = !('convolution' in settings)
  describeModel(`SelfCross, ${name}`, caseOf(settings), { padded, zeros })
}

const build = (settings: object, inputs: Widths = widths, outputs = 7) => {
  const scope = new Scope(new Graph())
  selfcross.configure(settings).build(scope, inputs, outputs)
  return [...scope.graph.parameters.values()]
}

describe('SelfCross', () => {
  test('sees a sample alike beside longer ones, whatever modality is long', async () => {
    const settings = { attention: 'both', convolution: 'features' }
    const predict = async (others: { text: number[]; audio: number[]; vision: number[] }) => {
      const { outputs, feeds } = smallModelOf({ ...caseOf(settings), lengths: others })
      const results = await runSmall({ prediction: outputs.prediction }, feeds)
      return Array.from(results.get('prediction')?.data ?? [], Number).slice(0, 3)
    }
    const first = await predict({ text: [3, 1], audio: [2, 5], vision: [4, 3] })
    const second = await predict({ text: [3, 7], audio: [2, 1], vision: [4, 9] })
    for (const [index, value] of first.entries()) expect(second[index]).toBeCloseTo(value, 5)
  })

  test('does not see steps after those that the convolution over time takes', async () => {
    const predict = async (steps: number) => {
      const { outputs, feeds } = smallModelOf({
        ...caseOf({ modalities: ['audio'], audioInputSteps: 4 }),
        lengths: { audio: [steps] },
        outputs: 1,
      })
      const results = await runSmall({ prediction: outputs.prediction }, feeds)
      return Number(results.get('prediction')?.data[0])
    }
    // The same features, of which the fourth is the last that counts.
    const [three, four, nine] = await Promise.all([3, 4, 9].map(predict))
    expect(nine).toBeCloseTo(four ?? Number.NaN, 5)
    expect(Math.abs((three ?? 0) - (four ?? 0))).toBeGreaterThan(1e-4)
  })

  test('has a map for each attention', () => {
    const names = (settings: object) =>
      Object.keys(smallModelOf(caseOf(settings)).outputs.maps).sort()
    expect(names({ attention: 'cross' })).toEqual([
      'attention.audio_to_text',
      'attention.audio_to_vision',
      'attention.text_to_audio',
      'attention.text_to_vision',
      'attention.vision_to_audio',
      'attention.vision_to_text',
    ])
    expect(names({ attention: 'both' })).toHaveLength(9)
  })

  test('has the layers that the document gives', () => {
    const shapes = new Map(
      build({}, { text: 300, audio: 120, vision: 2048 }).map(({ name, shape }) => [name, shape]),
    )
    expect(shapes.get('encoders.audio.convolution.weight')).toEqual([500, 1000])
    expect(shapes.get('encoders.vision.convolution.weight')).toEqual([25, 32])
    expect(shapes.get('attention.text.in_proj_weight')).toEqual([360, 120])
    expect(shapes.get('classifier.hidden.weight')).toEqual([60, 240])
    expect(shapes.get('classifier.output.weight')).toEqual([7, 60])
    const noStatistics = build({ attention: 'cross', statistics: false })
    const first = noStatistics.find(({ name }) => name === 'classifier.hidden.weight')
    expect(first?.shape).toEqual([60, 720])
  })

  test('is the same whatever order its modalities are named in', () => {
    const names = (modalities: string[]) => build({ modalities }).map(({ name }) => name)
    expect(names(['vision', 'text'])).toEqual(names(['text', 'vision']))
  })

  test('refuses what is not of the document, in one sentence', () => {
    expect(() => build({ attention: 'cross', modalities: ['text'] })).toThrow(
      /cross-attention needs at least two modalities.*got cross, with text/,
    )
    expect(() => build({ heads: 7 })).toThrow(/the width must be divisible by the number of heads/)
    expect(() => build({ audioSteps: 0 })).toThrow(/audioSteps.*expected more than 0/)
    expect(() => build({ atention: 'self' })).toThrow(/Did you mean "attention"/)
    expect(() => build({}, { text: 3 })).toThrow(/no features for audio/)
  })
})

describe('SelfCross in training', () => {
  const classes: Task = singleLabel({ classNames: ['one', 'two', 'three'] })
  const score: Task = sentiment({ loss: 'l1' })
  test.each([
    ['classes', classes, { attention: 'both' }],
    ['sentiment', score, { attention: 'cross', convolution: 'features' }],
    ['sentiment of one modality', score, { modalities: ['text'] }],
  ] as const)('learns a batch by heart, dropout on: %s', async (_, task, settings) => {
    const model = selfcross.configure({
      ...{ ...small, ...settings },
      ...{ hidden: 8, attentionDropout: 0.1, textDropout: 0.25 },
    })
    const { still, learnt } = await learnByHeart(model, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})

const files = (['self', 'cross'] as const).map(
  (attention) => [attention, sharedPath('golden', `${attention}attn-tva.safetensors`)] as const,
)
const without = files.some(([, path]) => !path)

describe.skipIf(without)('the authors’ code (needs ../shared)', () => {
  test.each(files)('%s: parameters have its names, one to one', (attention, path) => {
    const { tensors } = readSafetensors(path ?? '')
    const theirs = [...tensors.keys()].filter((name) => name.startsWith('param.')).sort()
    const ours = build({ attention }).map(({ name }) => `param.${selfcross.published(name).name}`)
    expect(ours.sort()).toEqual(theirs)
  })

  test.each(files)('%s: output, loss, gradients and ten steps of Adam', async (_, path) => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toContain('trajectory')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
