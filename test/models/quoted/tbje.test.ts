import { describe, expect, test } from 'vitest'
import { lookUp } from '../../../src/base/lookup.js'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph } from '../../../src/graph/index.js'
import { tbje, type Widths } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import type { Task } from '../../../src/task/task.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { PlainWeights, stepsOf } from '../../reference/models/plain.js'
import { encodeJointly } from '../../reference/models/tbje.js'
import { sharedPath } from '../../support/folders.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const lengths = { text: [3, 2], audio: [2, 4], vision: [1, 2] }
const positions = { textSteps: 3, audioSteps: 4, visionSteps: 2 }
const small = { width: 4, heads: 2, layers: 2, feedForward: 3, dropout: 0, ...positions }
const caseOf = (settings: object, features: Widths = widths) => ({
  ...{ model: tbje, widths: features, lengths, outputs: 3 },
  settings: { ...small, ...settings },
})
const numbers = {
  words: 'numbers',
  vocabulary: 5,
  embeddingWidth: 3,
  modalities: ['text', 'audio'],
}
const ofNumbers = { ...caseOf(numbers, { text: 1, audio: 2 }), integers: { text: 8 } }

describeModel('TBJE', caseOf({}), { tolerance: 1e-4 })
describeModel('TBJE of word numbers and sound', ofNumbers, { tolerance: 1e-4 })
describeModel('TBJE of sound alone, cut', {
  ...caseOf({ modalities: ['audio'], layers: 1, audioSteps: 4 }),
})

const build = (settings: object, features: Widths, outputs = 6) => {
  const scope = new Scope(new Graph())
  tbje.configure(settings).build(scope, features, outputs)
  return new Map([...scope.graph.parameters.values()].map(({ name, shape }) => [name, shape]))
}

async function predict(given: ReturnType<typeof caseOf>): Promise<number[]> {
  const { outputs, feeds } = smallModelOf(given)
  const results = await runSmall({ prediction: outputs.prediction }, feeds)
  return Array.from(results.get('prediction')?.data ?? [], Number)
}

describe('TBJE', () => {
  test.each([
    ['as many positions as steps', positions],
    ['sequences cut and filled', { textSteps: 2, audioSteps: 6, visionSteps: 1 }],
  ])('predicts what plain loops predict: %s', async (_, sizes) => {
    const given = caseOf({ ...sizes, layers: 3 })
    const { outputs, feeds, parameters, graph } = smallModelOf(given)
    const results = await runSmall({ ...outputs.maps, prediction: outputs.prediction }, feeds)
    const names = ['text', 'audio', 'vision'] as const
    for (const sample of [0, 1]) {
      const steps = names.map((name) => {
        const sequence = feeds.get(lookUp(graph.inputs, name, 'input'))
        if (!sequence) throw new Error(`no ${name}`)
        return [name, stepsOf(sequence, sample, lengths[name][sample] ?? 0)] as const
      })
      const expected = encodeJointly(Object.fromEntries(steps), {
        ...{ heads: 2, layers: 3, weights: new PlainWeights(parameters, feeds) },
        positions: Object.fromEntries(names.map((name) => [name, sizes[`${name}Steps`]])),
      })
      const found = results.get('prediction')?.data.slice(sample * 3, sample * 3 + 3) ?? []
      for (const [output, value] of expected.prediction.entries()) {
        expect(Number(found[output])).toBeCloseTo(value, 4)
      }
      for (const name of names) {
        const { shape, data } = results.get(`attention.${name}.pooling`) ?? { shape: [], data: [] }
        const width = shape[1] ?? 0
        const pooling = expected.pooling.get(name) ?? []
        for (let step = 0; step < width; step++) {
          expect(Number(data[sample * width + step])).toBeCloseTo(pooling[step] ?? 0, 5)
        }
      }
    }
  })

  test('the vision glimpses of the published code hide the padding of sound', async () => {
    const sizes = { textSteps: 3, audioSteps: 3, visionSteps: 3 }
    const [own, published] = await Promise.all(
      ['vision', 'audio'].map((visionMask) => predict(caseOf({ ...sizes, visionMask }))),
    )
    expect(Math.abs((own?.[0] ?? 0) - (published?.[0] ?? 0))).toBeGreaterThan(1e-4)
  })

  test('reads padding off the data where the published code does', async () => {
    // Zeros at the end, as lengths say them: only the LSTM differs, which runs over them.
    const apart = { modalities: ['audio', 'vision'] }
    const hidden = await predict(caseOf(apart))
    const seen = await predict(caseOf({ ...apart, padding: 'seen' }))
    for (const [place, value] of hidden.entries()) expect(seen[place]).toBeCloseTo(value, 5)
    const withWords = await predict(caseOf({ padding: 'seen' }))
    expect(withWords[3]).not.toBeCloseTo((await predict(caseOf({})))[3] ?? 0, 4)
  })

  test('numbers beyond the vocabulary are unknown words', async () => {
    const given = { ...ofNumbers, lengths: { text: [1, 1], audio: [2, 2] } }
    const { outputs, feeds, graph } = smallModelOf(given)
    const words = lookUp(graph.inputs, 'text', 'input')
    const predictions = await Promise.all(
      [1, 5, 7, 2].map(async (number) => {
        const fed = new Map(feeds).set(words, { shape: [2, 1], data: [number, 3] })
        return Number((await runSmall({ p: outputs.prediction }, fed)).get('p')?.data[0])
      }),
    )
    expect(predictions[1]).toBe(predictions[0])
    expect(predictions[2]).toBe(predictions[0])
    expect(predictions[3]).not.toBeCloseTo(predictions[0] ?? 0, 4)
  })

  test('has the sizes of the published code: some 33 million parameters', () => {
    const shapes = build(
      { words: 'numbers', vocabulary: 15_000 },
      { text: 1, audio: 80, vision: 512 },
    )
    expect(shapes.get('embedding.weight')).toEqual([15_000, 300])
    expect(shapes.get('blocks.2.text.glimpses.second.weight')).toEqual([60, 1024])
    expect(shapes.has('blocks.3.text.glimpses.second.weight')).toBe(false)
    expect(shapes.get('pools.audio.output.weight')).toEqual([1024, 512])
  })

  test('learns a batch by heart, dropout on', async () => {
    const task: Task = multiLabel({ labelNames: ['joy', 'grief'] })
    const settings = { ...small, ...numbers, width: 8, dropout: 0.05, audioSteps: 6 }
    const sizes = { text: 1, audio: 2 }
    const { still, learnt } = await learnByHeart(tbje.configure(settings), sizes, task, { text: 5 })
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})

const golden = [
  ['tbje-la', { modalities: ['text', 'audio'] }],
  ['tbje-lav', {}],
] as const

describe.each(golden)('the authors’ code, %s (needs ../shared)', (name, chosen) => {
  const path = sharedPath('golden', 'quoted', `${name}.safetensors`)

  test.skipIf(!path)('parameters have its names, one to one', () => {
    const { tensors } = readSafetensors(path ?? '')
    const theirs = [...tensors.keys()].filter((key) => key.startsWith('param.'))
    const settings = { ...small, ...chosen, layers: 3, words: 'numbers' }
    const ours = [...build(settings, { text: 1, audio: 2, vision: 4 }).keys()].map(
      (parameter) => `param.${tbje.published(parameter).name}`,
    )
    expect(ours.sort()).toEqual(theirs.sort())
  })

  test.skipIf(!path)('output, loss, gradients, pooling and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
