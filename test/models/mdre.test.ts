import { describe, expect, test } from 'vitest'
import { Graph } from '../../src/graph/index.js'
import type { Model, Widths } from '../../src/models/define/model.js'
import { mdre } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { singleLabel } from '../../src/task/single-label.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2, prosody: 3 }
const small = {
  ...{ textHidden: 4, audioHidden: 3, visionHidden: 2 },
  ...{ textDropout: 0, audioDropout: 0, visionDropout: 0 },
}
const lengths = { text: [3, 1], audio: [2, 5], vision: [4, 3] }

const variants: readonly (readonly [string, object])[] = [
  ['three modalities with prosody', {}],
  ['without prosody', { prosody: false }],
  ['two modalities', { modalities: ['text', 'vision'] }],
  ['audio with prosody alone', { modalities: ['audio'] }],
]
for (const [name, settings] of variants) {
  describeModel(`MDRE, ${name}`, {
    ...{ model: mdre, widths, lengths, outputs: 3 },
    settings: { ...small, ...settings },
  })
}

const readsProsody = (model: Model, settings: object) =>
  model.configure(settings).inputs.some(({ name }) => name === 'prosody')

describe('MDRE', () => {
  const build = (settings: object, inputs: Widths = widths) => {
    const scope = new Scope(new Graph())
    mdre.configure(settings).build(scope, inputs, 7)
    return scope.graph.parameters
  }

  test('has the layers of the published run', () => {
    const parameters = build({}, { text: 300, audio: 120, vision: 2048, prosody: 35 })
    const shape = (name: string) => parameters.get(name)?.shape
    expect(shape('encoders.audio.recurrent.layer0.forward.recurrent_weight')).toEqual([600, 200])
    expect(shape('encoders.vision.recurrent.layer0.forward.recurrent_weight')).toEqual([384, 128])
    expect(shape('readings.audio.weight')).toEqual([118, 235])
    expect(shape('head.weight')).toEqual([7, 118 + 100 + 64])
    expect([...parameters.keys()].filter((name) => name.includes('backward'))).toEqual([])
  })

  test('starts with orthonormal columns in the recurrent weights', () => {
    const parameter = build(small).get('encoders.text.recurrent.layer0.forward.recurrent_weight')
    const values = new Float32Array(12 * 4)
    parameter?.initialiser.fill(values, [12, 4], 3, parameter.name)
    for (let one = 0; one < 4; one++) {
      for (let other = 0; other < 4; other++) {
        let product = 0
        for (let row = 0; row < 12; row++) {
          product += (values[row * 4 + one] ?? 0) * (values[row * 4 + other] ?? 0)
        }
        expect(product).toBeCloseTo(one === other ? 1 : 0, 5)
      }
    }
  })

  test('reads prosody only beside audio', () => {
    expect(readsProsody(mdre, {})).toBe(true)
    expect(readsProsody(mdre, { prosody: false })).toBe(false)
    expect(readsProsody(mdre, { modalities: ['text', 'vision'] })).toBe(false)
  })

  test('reads no prosody where the data has none', () => {
    const without = { text: 4, audio: 3, vision: 2 }
    const shapes = (settings: object) =>
      [...build(settings, without)].map(([name, { shape }]) => [name, shape])
    expect(shapes({})).toEqual(shapes({ prosody: false }))
  })

  test('refuses unfit settings, in one sentence', () => {
    expect(() => mdre.configure({ textHidden: 0 })).toThrow(/textHidden.*expected more than 0/)
    expect(() => mdre.configure({ modalities: [] })).toThrow(/at least 1 of them/)
    expect(() => build({ prosody: false }, { text: 4, audio: 3 })).toThrow(/no features for vision/)
  })
})

test('MDRE learns a batch by heart, dropout on', async () => {
  const hidden = { textHidden: 8, audioHidden: 8, visionHidden: 8 }
  const task = singleLabel({ classNames: ['one', 'two', 'three'] })
  const { still, learnt } = await learnByHeart(mdre.configure(hidden), widths, task)
  expect(learnt).toBeLessThan(0.5 * still[0])
  expect(still[0]).not.toBe(still[1])
})
