import { describe, expect, test } from 'vitest'
import { Graph } from '../../src/graph/index.js'
import type { Widths } from '../../src/models/define/model.js'
import { amh, type Model, mha } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { singleLabel } from '../../src/task/single-label.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2, prosody: 3 }
const small = {
  ...{ textHidden: 4, audioHidden: 3, visionHidden: 2 },
  ...{ textDropout: 0, audioDropout: 0, visionDropout: 0 },
}
const lengths = { text: [3, 1], audio: [2, 5], vision: [4, 3] }
const caseOf = (model: Model, settings: object = {}) => ({
  ...{ model, widths, lengths, outputs: 3 },
  settings: { ...small, ...settings },
})

describeModel('MHA, audio asks text', caseOf(mha))
describeModel('MHA, vision asks audio', caseOf(mha, { modalities: ['vision', 'audio'] }))
describeModel('MHA, equal widths', caseOf(mha, { textHidden: 3, prosody: false }))
describeModel('AMH, seven hops', caseOf(amh))
describeModel('AMH, two hops without prosody', caseOf(amh, { hops: 2, prosody: false }))

const build = (model: Model, settings: object, inputs: Widths = widths) => {
  const scope = new Scope(new Graph())
  model.configure(settings).build(scope, inputs, 7)
  return scope.graph.parameters
}
const published = { text: 300, audio: 120, vision: 2048, prosody: 35 }

const readsProsody = (model: Model, settings: object) =>
  model.configure(settings).inputs.some(({ name }) => name === 'prosody')

describe('MHA', () => {
  test('projects back only between unequal widths', () => {
    const equal = build(mha, {}, published)
    expect(equal.get('queries.hop1.weight')?.shape).toEqual([200, 235])
    expect(equal.has('queries.hop2.weight')).toBe(false)
    expect(equal.get('head.weight')?.shape).toEqual([7, 400])
    const unequal = build(mha, { modalities: ['text', 'vision'] }, published)
    expect(unequal.get('queries.hop2.weight')?.shape).toEqual([200, 128])
  })

  test('reads prosody where audio asks', () => {
    expect(readsProsody(mha, {})).toBe(true)
    expect(readsProsody(mha, { modalities: ['text', 'audio'] })).toBe(false)
    expect(
      mha.configure({ modalities: ['vision', 'audio'] }).inputs.map(({ name }) => name),
    ).toEqual(['audio', 'vision'])
  })

  test('refuses other than two different modalities', () => {
    expect(() => mha.configure({ modalities: ['text'] })).toThrow(/at least 2 of them/)
    expect(() => mha.configure({ modalities: ['text', 'text'] })).toThrow(
      /two different modalities/,
    )
  })
})

describe('AMH', () => {
  test('asks vision, audio and text in turn, and reads all in the end', () => {
    const { maps } = smallModelOf(caseOf(amh, { hops: 4 })).outputs
    expect(Object.keys(maps)).toEqual([
      'attention.audio_text_to_vision.hop1',
      'attention.text_vision_to_audio.hop2',
      'attention.audio_vision_to_text.hop3',
      'attention.audio_text_to_vision.hop4',
    ])
    const parameters = build(amh, {}, published)
    expect(parameters.get('queries.hop7.weight')?.shape).toEqual([128, 400])
    expect(parameters.has('queries.hop8.weight')).toBe(false)
    expect(parameters.get('head.weight')?.shape).toEqual([7, 200 + 200 + 128 + 35])
  })

  test('attends to valid steps alone', async () => {
    const { outputs, feeds } = smallModelOf(caseOf(amh, { hops: 1 }))
    const results = await runSmall(outputs.maps, feeds)
    const map = results.get('attention.audio_text_to_vision.hop1')
    expect(map?.shape).toEqual([2, 1, 4])
    const weights = Array.from(map?.data ?? [], Number)
    // The second sample of vision has three steps.
    expect(weights[7]).toBe(0)
    expect(weights.slice(4, 7).every((weight) => weight > 0)).toBe(true)
  })

  test('refuses unfit settings, in one sentence', () => {
    expect(() => amh.configure({ hops: 0 })).toThrow(/hops.*expected more than 0/)
    expect(() => amh.configure({ hop: 3 })).toThrow(/Did you mean "hops"/)
  })
})

test.each([
  ['MHA', mha, {}],
  ['AMH', amh, { hops: 3 }],
] as const)('%s learns a batch by heart, dropout on', async (_, model, settings) => {
  const hidden = { textHidden: 8, audioHidden: 8, visionHidden: 8 }
  const task = singleLabel({ classNames: ['one', 'two', 'three'] })
  const { still, learnt } = await learnByHeart(
    model.configure({ ...hidden, ...settings }),
    widths,
    task,
  )
  expect(learnt).toBeLessThan(0.5 * still[0])
  expect(still[0]).not.toBe(still[1])
})
