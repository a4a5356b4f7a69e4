import { describe, expect, test } from 'vitest'
import type { OptimiserSettings } from '../../../src/learn/optimiser/settings.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import { type ConfiguredModel, lfLstm, selfMm } from '../../../src/models/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'
import { batchAsTrainingSet } from '../../../src/verify/remembered.js'
import { randomBatch } from '../../support/models/batches.js'

const widths = { text: 3, audio: 2, vision: 4 }
const lengths = { text: [3, 2, 1, 3, 2], audio: [2, 4, 1, 4, 3], vision: [1, 2, 2, 1, 2] }
const small = lfLstm.configure({ hidden: 3, dropout: 0 })
const classes = singleLabel({ classNames: ['joy', 'grief'], classWeights: [0.5, 3] })

/** The rows `from` to `to` of a batch. */
function rows(feeds: ReadonlyMap<string, Value>, from: number, to: number): Map<string, Value> {
  const part = ({ shape: [samples = 0, ...rest], data, dataType }: Value): Value => {
    const each = data.length / samples
    return { dataType, shape: [to - from, ...rest], data: data.slice(from * each, to * each) }
  }
  return new Map([...feeds].map(([name, value]) => [name, part(value)]))
}

async function open(
  accumulate: boolean,
  { model = small, task = sentiment({ loss: 'l1' }), optimiser = { weightDecay: 0 } }: Wish,
) {
  const feeds = randomBatch({ widths, lengths, task })
  const { trainingSet, sample } = batchAsTrainingSet(feeds)
  if (model.remembers) feeds.set('sample', sample)
  const step = await TrainingStep.open(
    { model, widths, task, optimiser, engine: nodeEngine, seed: 1, trainingSet },
    { accumulate },
  )
  return { step, feeds }
}

interface Wish {
  readonly model?: ConfiguredModel
  readonly task?: Task
  readonly optimiser?: OptimiserSettings
}

/** What ten steps come to: their losses and the weights. */
async function learn(wish: Wish, cuts: readonly number[], weights: readonly number[]) {
  const { step, feeds } = await open(cuts.length > 2, wish)
  const losses: number[] = []
  for (let count = 0; count < 10; count++) {
    if (cuts.length === 2) losses.push((await step.step(feeds, 0.01)).loss)
    else {
      for (const [part, weight] of weights.entries()) {
        await step.add(rows(feeds, cuts[part] ?? 0, cuts[part + 1] ?? 0), weight)
      }
      losses.push(await step.update(0.01))
    }
  }
  const learnt = [...step.state.snapshot().values()].flatMap((values) => [...values])
  await step.close()
  expect(step.state.step).toBe(10)
  return { losses, learnt }
}

describe('a step over several batches', () => {
  test.each([
    ['plain', {}, [2, 1, 2]],
    ['squared errors', { task: sentiment({ loss: 'mse' }) }, [2, 1, 2]],
    // Targets are 0, 1, 0, 1, 0.
    ['weighted classes', { task: classes }, [3.5, 0.5, 3.5]],
    ['weight decay', { optimiser: { weightDecay: 0.1 } }, [2, 1, 2]],
    ['clipped by norm', { optimiser: { weightDecay: 0, clipNorm: 0.05 } }, [2, 1, 2]],
    ['clipped by value', { optimiser: { weightDecay: 0, clipValue: 1e-3 } }, [2, 1, 2]],
    [
      'a rate of its own',
      { optimiser: { weightDecay: 0, groups: [{ prefix: 'encoders', factor: 0.1 }] } },
      [2, 1, 2],
    ],
  ] as const)('is that of one batch of all samples: %s', async (_, wish, weights) => {
    const whole = await learn(wish, [0, 5], [5])
    const parts = await learn(wish, [0, 2, 3, 5], weights)
    const near = (some: readonly number[], others: readonly number[]) => {
      const largest = Math.max(
        ...some.map((value, place) => Math.abs(value - (others[place] ?? NaN))),
      )
      expect(largest).toBeLessThan(2e-5)
    }
    near(whole.losses, parts.losses)
    near(whole.learnt, parts.learnt)
    expect(whole.losses[9]).toBeLessThan(whole.losses[0] ?? 0)
  })

  test('draws dropout anew for each batch, and the same again from the same step', async () => {
    const model = lfLstm.configure({ hidden: 3, dropout: 0.5 })
    const { step, feeds } = await open(true, { model })
    const loss = async (batches: number) => {
      for (let count = 0; count < batches; count++) await step.add(feeds, 1)
      return step.update(0)
    }
    const [one, other] = [await loss(1), await loss(2)]
    step.state.step = 0
    expect(await loss(1)).toBe(one)
    const alone = await loss(1)
    step.state.step = 1
    const both = await loss(2)
    await step.close()
    expect(both).toBe(other)
    expect(both).not.toBe(alone)
  })

  test('writes the memory of a model at once, and its parameters at the end', async () => {
    const model = selfMm.configure({ audioHidden: 2, visionHidden: 3 })
    const { step, feeds } = await open(true, { model })
    const before = step.state.snapshot()
    await step.add(rows(feeds, 0, 2), 2)
    expect([...step.state.parameter('memory.seen')]).toEqual([1, 1, 0, 0, 0])
    expect(step.state.snapshot()).toEqual(before)
    await step.add(rows(feeds, 2, 5), 3)
    await step.update(0.01)
    expect([...step.state.parameter('memory.seen')]).toEqual([1, 1, 1, 1, 1])
    expect(step.state.snapshot()).not.toEqual(before)
    await step.close()
  })
})
