import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { multiply, reduceMean, square } from '../../src/graph/index.js'
import { trainingConfig } from '../../src/learn/config.js'
import { Predictor } from '../../src/learn/predictor.js'
import { isFrozen, learns, planStages, type StagePlan } from '../../src/learn/stages.js'
import { trainingGraph } from '../../src/learn/step/graphs.js'
import { Trainer } from '../../src/learn/trainer.js'
import { defineModel } from '../../src/models/index.js'
import { dropout, lastStep, linear } from '../../src/nn/index.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { memoryKeeper } from '../support/models/memory-keeper.js'
import { regression, smallSplit, smallWidths } from '../support/models/small-model.js'

/** Two layers, the second trained on the first, frozen; with an objective beside the prediction. */
const layered = defineModel({
  name: 'layered',
  title: 'for tests',
  source: 'none',
  aligned: true,
  settings: z.strictObject({ staged: z.boolean().default(true) }),
  requires: () => ['text'],
  published: (name) => ({ name }),
  stages: ({ staged }) =>
    staged
      ? [
          {
            name: 'first',
            trains: ['first.', 'side.'],
            minimises: ['side'],
            training: { epochs: 3, learningRate: 0.02, batchSize: 4 },
          },
          { name: 'small', trains: ['second.'], minimises: ['size'], training: { epochs: 2 } },
          { name: 'second', trains: ['second.'], minimises: ['prediction'], training: {} },
        ]
      : [],
  build(scope, widths, outputs) {
    const first = linear(scope.child('first'), { inputs: widths.text ?? 0, units: 4 })
    const drop = dropout(scope.child('first'), 0.5)
    const side = linear(scope.child('side'), { inputs: 4, units: outputs })
    const second = linear(scope.child('second'), { inputs: 4, units: outputs })
    return ({ features, lengths }) => {
      const text = features.text
      if (!text || !lengths.text) throw new TypeError('the test gives text')
      const hidden = drop(first(lastStep(text, lengths.text)))
      const prediction = second(hidden)
      return {
        prediction,
        maps: {},
        heads: { side: side(hidden) },
        objectives: { size: multiply(reduceMean(square(prediction)), 3) },
      }
    }
  },
})

const dataset = {
  name: 'small',
  synthetic: true,
  aligned: true,
  splits: { train: smallSplit(40), valid: smallSplit(12), test: smallSplit(12) },
  notes: [],
  close: () => {},
}
const training = trainingConfig.parse({ epochs: 6, learningRate: 0.01 })

/** A training of the model, and what predicts with it, if it can. */
async function opened<Result>(
  plan: StagePlan | undefined,
  use: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  if (!plan) throw new TypeError('no such stage')
  const trainer = await Trainer.open({
    ...{ plan, model: layered.configure({}), widths: { text: smallWidths.text } },
    ...{ task: regression, dataset, initial: new Map(), seed: 1, session: {} },
    ...{ engine: nodeEngine, keeper: memoryKeeper() },
  })
  try {
    return await use(trainer)
  } finally {
    await trainer.close()
  }
}

async function learn(index: number, initial: ReadonlyMap<string, Float32Array>) {
  const keeper = memoryKeeper()
  const model = layered.configure({})
  const plan = planStages(model, training)[index]
  if (!plan) throw new TypeError('no such stage')
  const trainer = await Trainer.open({
    ...{ plan, model, widths: { text: smallWidths.text }, task: regression, dataset, initial },
    seed: 1,
    ...{ engine: nodeEngine, keeper },
    session: {},
  })
  try {
    while (!trainer.finished) await trainer.epoch({}, undefined)
    const { epochs } = keeper
    return { weights: await trainer.bestWeights(), record: trainer.record, epochs }
  } finally {
    await trainer.close()
  }
}

describe('stages', () => {
  test('take their own settings, and no more epochs than the run allows', () => {
    const plans = planStages(layered.configure({}), { ...training, epochs: 2 })
    expect(
      plans.map(({ training: { epochs, learningRate, batchSize } }) => [
        epochs,
        learningRate,
        batchSize,
      ]),
    ).toEqual([
      [2, 0.02, 4],
      [2, 0.01, 32],
      [2, 0.01, 32],
    ])
    expect(planStages(layered.configure({ staged: false }), training)).toEqual([{ training }])
  })

  test('change what they train and nothing else, each going on from the one before', async () => {
    const first = await learn(0, new Map())
    const small = await learn(1, first.weights)
    const second = await learn(2, small.weights)
    const differ = (one: ReadonlyMap<string, Float32Array>, other: typeof one) =>
      [...one]
        .filter(([name, values]) => values.join() !== other.get(name)?.join())
        .map(([name]) => name)
    expect(differ(first.weights, small.weights).sort()).toEqual(['second.bias', 'second.weight'])
    expect(differ(small.weights, second.weights).sort()).toEqual(['second.bias', 'second.weight'])
    expect(first.record).toMatchObject({ name: 'first', epochs: 3 })
  })

  test('are judged by what they make small', async () => {
    const first = await learn(0, new Map())
    expect(first.epochs[0]?.metrics).toHaveProperty('mae')
    const small = await learn(1, first.weights)
    // There is nothing but the objective, and it falls.
    expect(small.epochs[0]?.metrics).toEqual({})
    expect(small.epochs[1]?.validLoss).toBeLessThan(small.epochs[0]?.validLoss ?? 0)
    expect(small.epochs[1]?.trainLoss).toBeLessThan(small.epochs[0]?.trainLoss ?? 0)
  })

  test('lend what predicts only where that is the whole model, which says the same bits', async () => {
    const plans = planStages(layered.configure({}), training)
    const [first, small, second] = plans
    const beside = second?.stage && {
      ...second,
      stage: { ...second.stage, minimises: ['prediction', 'size'] },
    }
    for (const plan of [first, small, beside]) {
      expect(await opened(plan, async ({ predictor }) => predictor)).toBeUndefined()
    }
    for (const plan of [second, { training }]) {
      await opened(plan, async (trainer) => {
        while (trainer.progress.epoch < 2) await trainer.epoch({}, undefined)
        const weights = await trainer.bestWeights()
        const fresh = await Predictor.open({
          engine: nodeEngine,
          ...{ model: layered.configure({}), widths: { text: smallWidths.text } },
          task: regression,
        })
        const said = await trainer.predictor?.predict(dataset.splits.test, weights)
        expect(said).toEqual(await fresh.predict(dataset.splits.test, weights))
        await fresh.close()
      })
    }
  })

  test('let dropout rest in what is frozen, and leave it out of the optimiser', () => {
    const model = layered.configure({})
    const graphOf = (index: number) =>
      trainingGraph(
        model,
        { text: 5 },
        regression,
        { weightDecay: 0 },
        { stage: model.stages[index] as (typeof model.stages)[number] },
      )
    expect(graphOf(0).graph.dropoutMasks).toHaveLength(1)
    const last = graphOf(2)
    expect(last.graph.dropoutMasks).toHaveLength(0)
    expect(last.parameters.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
      'second.weight',
      'second.bias',
    ])
    expect([...last.outputs.keys()].filter((name) => name.includes('first.'))).toEqual([])
  })

  test('know what lies under a path', () => {
    const stage = { name: 's', trains: ['encoders.text.'], minimises: [], training: {} }
    expect(learns(stage, 'encoders.text.weight')).toBe(true)
    expect(learns(stage, 'encoders.texture.weight')).toBe(false)
    expect(isFrozen(stage, 'encoders')).toBe(false)
    expect(isFrozen(stage, 'encoders.text.attention')).toBe(false)
    expect(isFrozen(stage, 'encoders.audio')).toBe(true)
    expect(isFrozen(undefined, 'encoders')).toBe(false)
  })

  test('without them a model makes its objectives small together with its loss', () => {
    const build = (staged: boolean) =>
      trainingGraph(layered.configure({ staged }), { text: 5 }, regression, { weightDecay: 0 })
    const trained = build(false).parameters.filter(({ trainable }) => trainable)
    expect(trained.map(({ name }) => name)).toContain('first.weight')
  })

  test('refuse a name that the model does not give', () => {
    const stage = { name: 'odd', trains: ['second.'], minimises: ['sise'], training: {} }
    expect(() =>
      trainingGraph(layered.configure({}), { text: 5 }, regression, { weightDecay: 0 }, { stage }),
    ).toThrow(/stage odd: no loss or objective is named "sise": expected prediction, side, size/)
  })
})
