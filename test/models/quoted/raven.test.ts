import { describe, expect, test } from 'vitest'
import { lookUp } from '../../../src/base/lookup.js'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph, gradients } from '../../../src/graph/index.js'
import { raven, type Widths } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { sentiment } from '../../../src/task/sentiment.js'
import type { Task } from '../../../src/task/task.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { PlainWeights, stepsOf } from '../../reference/models/plain.js'
import { shiftSlowly } from '../../reference/models/raven.js'
import { sharedPath } from '../../support/folders.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const frames = 3
const widths = {
  ...{ text: 4, audioFrames: frames * 2, audioFrameCounts: 1 },
  ...{ visionFrames: frames * 3, visionFrameCounts: 1 },
}
const lengths = { text: [3, 2], audio: [3, 2], vision: [3, 2] }
const small = {
  frames,
  normWidth: 3,
  cellWidth: 2,
  hidden: 3,
  slots: 3,
  frameDropout: 0,
  wordDropout: 0,
}
const published = { gates: 'linear', scaling: 'proportional', normalise: 'slots' } as const
const caseOf = (settings: object, features: Widths = widths) => ({
  ...{ model: raven, widths: features, lengths, outputs: 2 },
  settings: { ...small, ...settings },
})

describeModel('RAVEN', caseOf({}))
describeModel('RAVEN as published, but learning', caseOf(published), { padded: false })
describeModel(
  'RAVEN of one vector a word',
  caseOf({ nonverbal: 'words', frames: 1, beta: 2 }, { text: 4, audio: 2, vision: 3 }),
)
describeModel('RAVEN of words alone', caseOf({ modalities: ['text'] }))

const build = (settings: object, features: Widths, outputs = 1) => {
  const scope = new Scope(new Graph())
  raven.configure(settings).build(scope, features, outputs)
  return new Map([...scope.graph.parameters.values()].map(({ name, shape }) => [name, shape]))
}

describe('RAVEN', () => {
  test.each([
    ['as the paper', { gates: 'sigmoid', scaling: 'bounded', beta: 0.2 }],
    ['with shifts that are long enough', { gates: 'sigmoid', scaling: 'bounded', beta: 50 }],
    ['as the code', { gates: 'linear', scaling: 'proportional', beta: 0.2 }],
  ] as const)('predicts what plain loops predict: %s', async (_, how) => {
    const { outputs, feeds, parameters, graph } = smallModelOf(caseOf(how))
    const results = await runSmall({ ...outputs.maps, prediction: outputs.prediction }, feeds)
    const given = (name: string) => {
      const found = feeds.get(lookUp(graph.inputs, name, 'input'))
      if (!found) throw new Error(`no ${name}`)
      return found
    }
    const found = (name: string) => Array.from(results.get(name)?.data ?? [], Number)
    const time = 3
    for (const sample of [0, 1]) {
      const count = lengths.text[sample] ?? 0
      const behaviour = (name: string, width: number) =>
        stepsOf(given(`${name}Frames`), sample, count).length === 0
          ? []
          : Array.from({ length: count }, (_, word) => {
              const true_ = given(`${name}FrameCounts`).data[sample * time + word] ?? 0
              const start = (sample * time + word) * frames * width
              return Array.from({ length: true_ }, (_, frame) =>
                given(`${name}Frames`).data.slice(
                  start + frame * width,
                  start + (frame + 1) * width,
                ),
              )
            })
      const expected = shiftSlowly(
        stepsOf(given('text'), sample, count),
        { audio: behaviour('audio', 2), vision: behaviour('vision', 3) },
        { ...how, weights: new PlainWeights(parameters, feeds) },
      )
      for (const [output, value] of expected.prediction.entries()) {
        expect(found('prediction')[sample * 2 + output]).toBeCloseTo(value, 5)
      }
      for (const [word, { gates, share, shift }] of expected.details.entries()) {
        const at = sample * time + word
        expect(found('steps.text.audio_gate')[at]).toBeCloseTo(gates[0] ?? NaN, 5)
        expect(found('steps.text.vision_gate')[at]).toBeCloseTo(gates[1] ?? NaN, 5)
        expect(found('steps.text.shift')[at]).toBeCloseTo(share, 4)
        for (const [place, value] of shift.entries()) {
          expect(found('shift')[at * 4 + place]).toBeCloseTo(value, 5)
        }
      }
    }
  })

  test('a shift is never longer than beta times its word', async () => {
    const { outputs, feeds } = smallModelOf({ ...caseOf({ beta: 0.3 }), scale: 2 })
    const shares = (await runSmall(outputs.maps, feeds)).get('steps.text.shift')?.data ?? []
    // The words of the first sample, and those of the second, whose third is padding.
    for (const word of [0, 1, 2, 3, 4]) expect(Number(shares[word])).toBeLessThanOrEqual(0.3 + 1e-5)
    expect(Math.max(...Array.from(shares, Number).slice(0, 5))).toBeCloseTo(0.3, 4)
  })

  test('as published, nothing nonverbal gets a gradient', async () => {
    const { loss, parameters, feeds } = smallModelOf(caseOf({ ...published, gradients: 'words' }))
    const found = gradients(
      loss,
      parameters.map(({ tensor }) => tensor),
    )
    const named = parameters.map(({ name }, place) => [`of ${name}`, found[place] ?? loss] as const)
    const results = await runSmall(Object.fromEntries(named), feeds)
    const moving = [...results].flatMap(([name, { data }]) =>
      Array.from(data, Number).some((value) => value !== 0) ? [name.slice(3)] : [],
    )
    expect(moving.sort()).toEqual(
      parameters
        .map(({ name }) => name)
        .filter((name) => /^(words|output)\./.test(name))
        .sort(),
    )
  })

  test('normalised by slots, a prediction depends on its batch, and otherwise not', async () => {
    const predict = async (settings: object, second: number) => {
      const given = { ...caseOf(settings), lengths: { ...lengths, text: [3, second] } }
      const { outputs, feeds } = smallModelOf(given)
      const results = await runSmall({ prediction: outputs.prediction }, feeds)
      return Number(results.get('prediction')?.data[0])
    }
    expect(await predict({}, 3)).toBeCloseTo(await predict({}, 1), 6)
    const slots = { normalise: 'slots' }
    expect(Math.abs((await predict(slots, 3)) - (await predict(slots, 1)))).toBeGreaterThan(1e-5)
  })

  test('has the sizes of the published code, and needs its frames', () => {
    const features = {
      ...{ text: 300, audioFrames: 20 * 74, audioFrameCounts: 1 },
      ...{ visionFrames: 20 * 47, visionFrameCounts: 1 },
    }
    const shapes = build({ normalise: 'slots' }, features)
    expect(shapes.get('frames.audio.norm.weight')).toEqual([50])
    expect(shapes.get('frames.vision.resize.weight')).toEqual([150, 47])
    expect(shapes.get('shift.weight')).toEqual([300, 300])
    expect(shapes.get('words.layer0.forward.recurrent_weight')).toEqual([1200, 300])
    expect(() => build({}, { text: 300, audio: 74, vision: 35 })).toThrow(
      /no features for audioFrames/,
    )
    expect(() => smallModelOf(caseOf({}, { ...widths, audioFrames: 7 }))).toThrow(
      /shape of audioFrames.*\[3, any\]/,
    )
    expect(() => raven.configure({ modalities: ['audio'] })).toThrow(/the words that are shifted/)
  })

  test('learns a batch by heart, dropout on', async () => {
    const task: Task = sentiment({ loss: 'l1' })
    const settings = { ...small, hidden: 12, frameDropout: 0.05, wordDropout: 0.05 }
    const { still, learnt } = await learnByHeart(raven.configure(settings), widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})

const golden = ['raven', 'raven-gradients'].map(
  (name) => [name, sharedPath('golden', 'quoted', `${name}.safetensors`)] as const,
)

describe.each(golden)('the authors’ code, %s (needs ../shared)', (_, path) => {
  test.skipIf(!path)('parameters have its names, but for a norm that it does not use', () => {
    const { tensors } = readSafetensors(path ?? '')
    const theirs = [...tensors.keys()].filter(
      (name) => name.startsWith('param.') && !name.includes('normFacet'),
    )
    const ours = [...build({ ...small, ...published }, widths).keys()].map(
      (name) => `param.${raven.published(name).name}`,
    )
    expect(ours.sort()).toEqual(theirs.sort())
  })

  test.skipIf(!path)('output, gates, shifts, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
