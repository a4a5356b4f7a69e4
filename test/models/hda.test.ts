import { describe, expect, test } from 'vitest'
import { countParameters, Graph, listGraph, writeModel } from '../../src/graph/index.js'
import { learns } from '../../src/learn/stages.js'
import { predictionGraph } from '../../src/learn/step/graphs.js'
import { TrainingStep } from '../../src/learn/step/step.js'
import type { Widths } from '../../src/models/define/model.js'
import { hda } from '../../src/models/index.js'
import { Scope } from '../../src/nn/index.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import type { Task } from '../../src/task/task.js'
import { learnByHeart, randomBatch } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 4, audio: 3, vision: 2 }
const small = {
  ...{ window: 2, channels: 3, heads: 2, keyWidth: 2, width: 4, hidden: 3, reduced: 2 },
  ...{ fusedWidth: 4, fusedHeads: 2, attentionDropout: 0, outputDropout: 0 },
}
const lengths = { text: [3, 1], audio: [2, 5], vision: [4, 3] }
const caseOf = (settings: object, own: object = lengths) => ({
  ...{ model: hda, widths, outputs: 3, lengths: own },
  settings: { ...small, ...settings },
})
const same = { text: [4, 3], audio: [4, 3], vision: [4, 3] }

const variants: readonly (readonly [string, object, object?])[] = [
  ['unaligned', {}],
  ['aligned, both directions', { direction: 'both', kernel: 2 }, same],
  [
    'correlated, of two',
    { output: 'correlated', modalities: ['text', 'audio'], direction: 'past' },
  ],
  [
    'joint, of two, without differences and skip connections',
    {
      ...{ training: 'joint', correlationWeight: 0.5, reconstructionWeight: 0.1, window: 9 },
      ...{ relative: false, skip: false, modalities: ['vision', 'audio'] },
    },
  ],
  ['text alone', { modalities: ['text'] }],
  ['windows that are learned', { modalities: ['text'], learnedWindow: true, direction: 'both' }],
  ['audio alone, jointly', { modalities: ['audio'], training: 'joint', direction: 'both' }],
]
for (const [name, settings, own] of variants) {
  // Roots of nearly singular matrices lose a digit or two of single precision.
  describeModel(`HDA, ${name}`, caseOf(settings, own), { tolerance: 1e-4 })
}

const build = (settings: object = {}, inputs: Widths = widths, outputs = 3) => {
  const scope = new Scope(new Graph())
  hda.configure(settings).build(scope, inputs, outputs)
  return scope.graph
}

describe('HDA', () => {
  test('gives heads, objectives and maps for what it has', () => {
    const namesOf = (settings: object) => {
      const { heads, objectives, maps } = smallModelOf(caseOf(settings)).outputs
      return [heads, objectives, maps].map((all) => Object.keys(all ?? {}))
    }
    const own = ['text', 'audio', 'vision']
    const objectives = ['correlation', 'reconstruction']
    const maps = own.map((modality) => `attention.${modality}`)
    expect(namesOf({})).toEqual([[...own, 'correlated'], objectives, [...maps, 'attention.fused']])
    expect(namesOf({ output: 'correlated' })).toEqual([own, objectives, maps])
    expect(namesOf({ training: 'joint' })).toEqual([[], objectives, [...maps, 'attention.fused']])
    expect(namesOf({ modalities: ['vision'] })).toEqual([[], [], ['attention.vision']])
  })

  test('attends within its window alone', async () => {
    const { outputs, feeds } = smallModelOf(
      caseOf({ modalities: ['text'], window: 1 }, { text: [4] }),
    )
    const map = (await runSmall(outputs.maps, feeds)).get('attention.text')
    const seen = Array.from(map?.data ?? [], Number).map((weight) => Number(weight > 0))
    const future = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1]
    expect(seen).toEqual([...future, ...future])
  })

  test('learns windows that its scores show, up to the one given', async () => {
    const { outputs, feeds, parameters } = smallModelOf({
      ...caseOf({ modalities: ['text'], window: 4, learnedWindow: true }, { text: [6] }),
      scale: 0.1,
    })
    const raw = parameters.find(({ name }) => name === 'attention.text.delta.window')
    if (!raw) throw new Error('no window')
    // sigmoid(-20) of the window is nothing, sigmoid(20) all of it; the ramp is one step.
    const own = new Map(feeds).set(raw.tensor, { shape: [2], data: [-20, 20] })
    const results = await runSmall(outputs.maps, own)
    const windows = Array.from(results.get('window.text')?.data ?? [], Number)
    expect(windows.map((width) => Math.round(width * 1e4) / 1e4)).toEqual([0, 4])
    const weights = Array.from(results.get('attention.text')?.data ?? [], Number)
    const rows = Array.from({ length: 12 }, (_, row) => weights.slice(6 * row, 6 * row + 6))
    const seen = rows.map((row) => row.filter((weight) => weight > 1e-4).length)
    expect(seen).toEqual([1, 1, 1, 1, 1, 1, 5, 5, 4, 3, 2, 1])
  })

  test.each([
    [[1], [1], [1]],
    [[2], [3], [1]],
    [
      [1, 1],
      [1, 2],
      [9, 1],
    ],
  ])('has finite objectives for lengths %j, %j and %j', async (text, audio, vision) => {
    const { outputs, feeds } = smallModelOf(caseOf({ reduced: 6 }, { text, audio, vision }))
    const results = await runSmall({ ...outputs.objectives }, feeds)
    for (const [name, { data }] of results) {
      expect(Number.isFinite(data[0]), `${name} ${data[0]}`).toBe(true)
    }
  })

  test('correlates from 0 to 1 a pair', async () => {
    const { outputs, feeds } = smallModelOf(caseOf({}, same))
    const results = await runSmall({ ...outputs.objectives }, feeds)
    const correlation = Number(results.get('correlation')?.data[0])
    expect(correlation).toBeLessThan(-0.1)
    expect(correlation).toBeGreaterThan(-3)
  })

  test('is trained in the stages of Table 1', () => {
    const stages = hda.configure({}).stages
    const figures = stages.map(({ name, training }) => [name, ...Object.values(training)])
    expect(figures).toEqual([
      ['attention.text', 10, 1e-6, 32, 1e-4],
      ['attention.audio', 10, 1e-5, 8, 1e-4],
      ['attention.vision', 10, 1e-5, 8, 1e-4],
      ['dcca', 100, 2e-4, 4, 1e-6],
      ['fused', 5, 1e-5, 8, 1e-6],
    ])
    const other = hda.configure({
      ...{
        rateFactor: 100,
        epochsFactor: 0.25,
        stageRates: { dcca: 0.01 },
        stageEpochs: { fused: 7 },
      },
    }).stages
    expect(other.map(({ training }) => training.learningRate)).toEqual(
      [1e-4, 1e-3, 1e-3, 0.01, 1e-3].map((rate) => expect.closeTo(rate, 12)),
    )
    expect(other.map(({ training }) => training.epochs)).toEqual([3, 3, 3, 25, 7])
  })

  test.each([
    [{}],
    [{ output: 'correlated' }],
    [{ modalities: ['text', 'vision'] }],
    [{ modalities: ['audio'] }],
  ])('has stages that train each parameter once, by what there is: %j', (settings) => {
    const { outputs, parameters } = smallModelOf(caseOf(settings))
    const { stages } = hda.configure(settings)
    for (const { name } of parameters) {
      expect(
        stages.filter((stage) => learns(stage, name)),
        name,
      ).toHaveLength(1)
    }
    const names = ['prediction', ...Object.keys({ ...outputs.heads, ...outputs.objectives })]
    for (const { trains, minimises } of stages) {
      for (const prefix of trains) {
        expect(
          parameters.some(({ name }) => name.startsWith(prefix)),
          prefix,
        ).toBe(true)
      }
      expect(names).toEqual(expect.arrayContaining([...minimises]))
    }
  })

  test('needs no stages where everything is trained at once', () => {
    expect(hda.configure({ training: 'joint' }).stages).toEqual([])
  })

  test('has as many parameters as its equations', () => {
    const [features, channels, heads, key, width, window] = [4, 3, 2, 2, 4, 2]
    const convolution = channels * features * 3 + channels
    const projections = 2 * heads * key * (channels + 1) + heads * channels * (channels + 1)
    const output = width * (heads * channels + 1)
    const unimodal = convolution + projections + output + 3 * (width + 1)
    const of = (settings: object) =>
      countParameters(build({ ...small, modalities: ['text'], ...settings }))
    expect(of({ relative: false })).toBe(unimodal)
    expect(of({})).toBe(unimodal + channels * (window + 1))
    expect(of({ direction: 'both' })).toBe(unimodal + channels * (2 * window + 1))
  })

  test('predicts without correlation or reconstruction', () => {
    const model = hda.configure(small)
    const task: Task = sentiment({ loss: 'l1' })
    const prediction = predictionGraph(model, widths, task)
    const used = listGraph([...prediction.outputs.values()])
    expect(used).toContain('dcca.encoders.text')
    expect(used).not.toContain('dcca.decoders')
    const { outputs: all } = smallModelOf(caseOf({}))
    const objectives = Object.values(all.objectives ?? {})
    const lines = (text: string) => text.split('\n').length
    expect(lines(listGraph(objectives))).toBeGreaterThan(lines(used))
    // Only the correlation's covariances are products of a matrix with itself, transposed.
    expect(used).not.toMatch(/gemm\((%\d+), \1\)/)
    expect(listGraph(objectives)).toMatch(/gemm\((%\d+), \1\)/)
    expect(writeModel(prediction).length).toBeGreaterThan(0)
  })

  test('is the same whatever order its modalities are named in', () => {
    const names = (modalities: string[]) => [...build({ modalities }).parameters.keys()]
    expect(names(['vision', 'text'])).toEqual(names(['text', 'vision']))
  })

  test('refuses what is not of the document, in one sentence', () => {
    expect(() => build({ fusedHeads: 7 })).toThrow(
      /the width must be divisible by the number of heads.*expected a divisor of fusedWidth, 32.*got 7/,
    )
    expect(() => build({ direction: 'futur' })).toThrow(/direction/)
    expect(() => build({ window: -1 })).toThrow(/window/)
    expect(() => build({ window: 1001 })).toThrow(/window.*at most 1000/)
    expect(() => build({ stageRates: { speech: 1 } })).toThrow(/speech/)
    expect(() => build({}, { text: 3 })).toThrow(/no features for audio/)
  })
})

describe('HDA in training', () => {
  const classes: Task = multiLabel({ labelNames: ['one', 'two', 'three'] })
  test.each([
    ['jointly', { training: 'joint', correlationWeight: 0.1 }],
    ['one modality', { modalities: ['vision'], training: 'joint' }],
  ])('learns a batch by heart, dropout on: %s', async (_, settings) => {
    const model = hda.configure({
      ...{ ...small, width: 8, channels: 6, fusedWidth: 8, ...settings },
      ...{ attentionDropout: 0.1, outputDropout: 0.1 },
    })
    const { still, learnt } = await learnByHeart(model, widths, classes)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })

  test('each stage lowers what it minimises and changes its own parameters alone', async () => {
    const model = hda.configure({ ...small, attentionDropout: 0.1, outputDropout: 0.1 })
    const feeds = randomBatch({
      ...{ widths, task: classes },
      lengths: { text: [3, 1, 2], audio: [2, 5, 6], vision: [4, 3, 1] },
    })
    for (const stage of model.stages) {
      const trainer = await TrainingStep.open({
        engine: nodeEngine,
        ...{ model, widths, task: classes, optimiser: { weightDecay: 0 }, seed: 1, stage },
      })
      const losses: number[] = []
      for (let step = 0; step < 40; step++) losses.push((await trainer.step(feeds, 0.02)).loss)
      const trained = trainer.graph.parameters.filter(({ trainable }) => trainable)
      expect(trained.every(({ name }) => learns(stage, name))).toBe(true)
      await trainer.close()
      const mean = (part: readonly number[]) => part.reduce((a, b) => a + b) / part.length
      expect(mean(losses.slice(-5)), stage.name).toBeLessThan(mean(losses.slice(0, 5)))
    }
  })
})
