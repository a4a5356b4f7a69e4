import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph } from '../../../src/graph/index.js'
import { multimodalRouting, type Widths } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { routeSlowly } from '../../reference/models/routing.js'
import { sharedPath } from '../../support/folders.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2 }
const lengths = { text: [3, 1], audio: [2, 4], vision: [4, 2] }
const small = { width: 4, heads: 2, layers: 1, selfLayers: 1, poseWidth: 3, conceptWidth: 2 }
const caseOf = (settings: object, outputs = 3) => ({
  ...{ model: multimodalRouting, widths, lengths, outputs },
  settings: { ...small, conceptDropout: 0, ...settings },
})
const all = 'text+audio+vision+text_audio+audio_vision+vision_text+text_audio_vision'

describeModel('Multimodal Routing', caseOf({}))
describeModel(
  'Multimodal Routing of two, three times',
  caseOf({ modalities: ['vision', 'audio'], iterations: 3, residual: 'normalised' }),
)
describeModel('Multimodal Routing, text alone, one output', caseOf({ modalities: ['text'] }, 1))

const build = (settings: object, features: Widths, outputs = 7) => {
  const scope = new Scope(new Graph())
  multimodalRouting.configure(settings).build(scope, features, outputs)
  return new Map([...scope.graph.parameters.values()].map(({ name, shape }) => [name, shape]))
}

describe('Multimodal Routing', () => {
  test.each([1, 2, 4])('routes as a plain loop does, %i times', async (iterations) => {
    const { outputs, feeds, parameters } = smallModelOf(caseOf({ iterations }))
    const results = await runSmall({ ...outputs.maps, prediction: outputs.prediction }, feeds)
    const found = (name: string) => Array.from(results.get(name)?.data ?? [], Number)
    const expected = routeSlowly(found('features'), {
      ...{ samples: 2, features: 7, width: 4, poseWidth: 3, classes: 3, conceptWidth: 2 },
      iterations,
      capsules: ['text', 'audio', 'vision', 'text_audio', 'audio_vision', 'vision_text'].concat(
        'text_audio_vision',
      ),
      parameter: (name) => {
        const parameter = parameters.find((each) => each.name === name)
        return parameter ? (feeds.get(parameter.tensor)?.data ?? []) : []
      },
    })
    const close = (name: string, values: readonly number[]) => {
      expect(found(name), name).toHaveLength(values.length)
      for (const [place, value] of values.entries()) {
        expect(found(name)[place], `${name}[${place}]`).toBeCloseTo(value, 5)
      }
    }
    close('prediction', expected.logits)
    close('concepts', expected.concepts)
    close(`activation.${all}`, expected.activations)
    close(`routing.${all}`, expected.coefficients.at(-1) ?? [])
    for (const [before, values] of expected.coefficients.slice(0, -1).entries()) {
      close(`routing.${all}.iteration ${before + 1}`, values)
    }
  })

  test('the classes’ shares of a feature add up to 1', async () => {
    const { outputs, feeds } = smallModelOf(caseOf({ iterations: 2 }))
    const results = await runSmall(outputs.maps, feeds)
    const { shape, data } = results.get(`routing.${all}`) ?? { shape: [], data: [] }
    expect(shape).toEqual([2, 7, 3])
    for (let row = 0; row < data.length; row += 3) {
      expect(Number(data[row]) + Number(data[row + 1]) + Number(data[row + 2])).toBeCloseTo(1, 6)
    }
  })

  test('has the features that its modalities allow', () => {
    const names = (modalities: readonly string[]) =>
      Object.keys(smallModelOf(caseOf({ modalities })).outputs.maps).filter((name) =>
        name.startsWith('activation.'),
      )
    expect(names(['vision', 'text'])).toEqual(['activation.text+vision+vision_text'])
    expect(names(['audio'])).toEqual(['activation.audio'])
    expect(names(['text', 'audio', 'vision'])).toEqual([`activation.${all}`])
  })

  test('has the sizes of the published code', () => {
    const shapes = build({}, { text: 300, audio: 74, vision: 35 })
    expect(shapes.get('projections.audio.weight')).toEqual([200, 74])
    expect(shapes.get('alone.text.layers.6.linear1.weight')).toEqual([800, 200])
    expect(shapes.get('votes')).toEqual([7, 64, 7, 64])
    expect(shapes.get('capsules.vision_text.weight')).toEqual([65, 200])
    expect(shapes.get('joined.weight')).toEqual([200, 600])
  })

  test('takes an input of the features’ width as it is', () => {
    const shapes = build({ ...small, width: 4 }, widths)
    expect(shapes.has('projections.text.weight')).toBe(false)
    expect(shapes.get('projections.audio.weight')).toEqual([4, 3])
  })

  test.each([
    ['classes', singleLabel({ classNames: ['one', 'two', 'three'] })],
    ['labels', multiLabel({ labelNames: ['joy', 'grief'] })],
  ] as readonly (readonly [string, Task])[])(
    'learns a batch by heart, dropout on: %s',
    async (_, task) => {
      const sizes = {
        ...small,
        width: 8,
        conceptWidth: 8,
        conceptDropout: 0.1,
        modalities: ['text', 'audio'],
      }
      const model = multimodalRouting.configure(sizes)
      const { still, learnt } = await learnByHeart(model, widths, task)
      expect(learnt).toBeLessThan(0.5 * still[0])
    },
  )
})

const golden = ['multimodal-routing', 'multimodal-routing-emotion'].map(
  (name) => [name, sharedPath('golden', 'quoted', `${name}.safetensors`)] as const,
)

describe.each(golden)('the authors’ code, %s (needs ../shared)', (_, path) => {
  test.skipIf(!path)('parameters have its names, but for a bias that it does not use', () => {
    const { metadata, tensors } = readSafetensors(path ?? '')
    const theirs = [...tensors.keys()].filter((name) => name.startsWith('param.'))
    const sizes = {
      width: 12,
      heads: 3,
      layers: Number(metadata.transformer_layers),
      selfLayers: Number(metadata.self_transformer_layers),
    }
    const features = { text: 9, audio: 5, vision: 7 }
    const ours = [...build(sizes, features).keys()].map(
      (name) => `param.${multimodalRouting.published(name).name}`,
    )
    expect([...ours, 'param.bias'].sort()).toEqual(theirs.sort())
  })

  test.skipIf(!path)('output, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
