import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RandomStream } from '../../src/base/random.js'
import { collateBatch } from '../../src/data/batch.js'
import type { Dataset, Targets } from '../../src/data/dataset.js'
import { subset } from '../../src/data/prepare/split/views.js'
import { explainContributions, fromParts } from '../../src/faces/explain.js'
import { readModelMetadata } from '../../src/graph/onnx/metadata.js'
import { Predictor } from '../../src/learn/predictor.js'
import { batchFeeds } from '../../src/learn/step/feeds.js'
import { TrainingStep } from '../../src/learn/step/step.js'
import { meanSquaredError } from '../../src/nn/losses/losses.js'
import { scoreText } from '../../src/report/text/steps.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { chooseAmong } from '../../src/task/choose.js'
import { taskKinds } from '../../src/task/kinds.js'
import type { Task, TaskAnswer, TaskKind } from '../../src/task/task.js'
import { exportModel } from '../../src/use/exported/export.js'
import { smallModel, smallSplit } from '../support/models/small-model.js'

// A task as a file of its own has it: how pleasant and how excited, two numbers at once.

const spec = z.strictObject({ kind: z.literal('affect') })
type AffectAnswer = TaskAnswer & {
  readonly task: 'affect'
  readonly prediction: { readonly valence: number; readonly arousal: number }
}
type AffectTask = Task<z.infer<typeof spec>, AffectAnswer>

const dimensions = ['valence', 'arousal'] as const

function affect(): AffectTask {
  const truths = (targets: Targets) => Float32Array.from(targets.others?.affect ?? [])
  const errors = (predictions: Float32Array, targets: Targets) =>
    truths(targets).map((truth, place) => ((predictions[place] as number) - truth) ** 2)
  const mean = (values: Float32Array) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const tell = ([valence = 0, arousal = 0]: Float32Array) =>
    `valence ${valence.toFixed(1)}, arousal ${arousal.toFixed(1)}`
  return {
    spec: { kind: 'affect' },
    target: 'affect',
    outputs: dimensions,
    words: dimensions,
    targetType: { dataType: 'float32', columns: 2 },
    targetValues: (targets) => targets.others?.affect && truths(targets),
    truths,
    loss: meanSquaredError,
    lossValue: (predictions, targets) => mean(errors(predictions, targets)),
    lossName: 'Mean squared error',
    metrics: ['mse'],
    measure: (predictions, targets) => ({ mse: mean(errors(predictions, targets)) }),
    scale: { unit: 'rating', heading: 'Dimension', decision: 'all' },
    scores: (outputs) => Array.from(outputs),
    decide: (scores) => scores.map(() => true),
    answer: ([valence = 0, arousal = 0]) => ({ task: 'affect', prediction: { valence, arousal } }),
    describe: tell,
    describeTruth: (targets, sample) => tell(truths(targets).subarray(2 * sample)),
    meaning: 'valence and arousal',
    grouping: {
      title: 'Valence',
      names: ['unpleasant', 'pleasant'],
      of: (targets, sample) => [Number((truths(targets)[2 * sample] ?? 0) > 0)],
    },
  }
}

const affectKind: TaskKind<AffectTask> = {
  target: 'affect',
  schema: spec.transform(affect),
  losses: false,
  balances: false,
  thresholds: false,
  make: affect,
}

const random = new RandomStream(1, 'affect')
const split = {
  ...smallSplit(6),
  targets: { others: { affect: Float32Array.from({ length: 12 }, () => random.uniform(-1, 1)) } },
}
const dataset: Dataset = {
  ...{ name: 'small', synthetic: true, aligned: true, notes: [], close: () => {} },
  splits: { train: split, valid: split, test: split },
}
const kinds: readonly TaskKind[] = [...taskKinds, affectKind]
const task = chooseAmong(kinds, dataset, { target: 'auto' }, { loss: 'l1' })
const { model, widths, weights } = smallModel(task)
const names = model.inputs.map(({ name }) => name)

describe('a task of its own', () => {
  test('is chosen by the target that the data has, and read from what files hold', () => {
    expect(task.spec).toEqual({ kind: 'affect' })
    expect(affectKind.schema.parse(JSON.parse(JSON.stringify(task.spec))).outputs).toEqual(
      dimensions,
    )
    const options = { loss: 'l1', thresholds: 'validation' } as const
    expect(() => chooseAmong(kinds, dataset, { target: 'affect' }, options)).toThrow(
      /training\.thresholds.*got affect/,
    )
  })

  test('has its target in whatever is taken of the data', () => {
    const [, , third, fourth] = split.targets.others.affect
    expect(subset(split, [1]).targets.others?.affect).toEqual(
      Float32Array.of(third ?? 0, fourth ?? 0),
    )
  })

  test('is learnt', async () => {
    const trainer = await TrainingStep.open({
      engine: nodeEngine,
      model,
      widths,
      task,
      optimiser: { weightDecay: 0 },
      seed: 1,
    })
    const batch = await collateBatch(split, Int32Array.of(0, 1, 2, 3, 4, 5), names)
    const losses: number[] = []
    for (let step = 0; step < 60; step++) {
      losses.push((await trainer.step(batchFeeds(batch, model.inputs, task), 0.01)).loss)
    }
    await trainer.close()
    expect(losses.at(-1)).toBeLessThan(0.2 * (losses[0] ?? 0))
  })

  test('is predicted, measured and told in its own words', async () => {
    const predictor = await Predictor.open({ engine: nodeEngine, model, widths, task })
    const predictions = await predictor.predict(split, weights)
    await predictor.close()
    expect(predictions).toHaveLength(12)
    expect(task.measure(predictions, split.targets).mse).toBeCloseTo(
      task.lossValue(predictions, split.targets),
      12,
    )
    const [valence, arousal] = predictions
    expect(task.answer(predictions.subarray(0, 2)).prediction).toEqual({ valence, arousal })
  })

  test('is exported and explained', async () => {
    const metadata = { trainingData: 'small', synthetic: true }
    const bytes = exportModel({ model, widths, task, weights, metadata })
    expect(readModelMetadata(bytes, 'model').get('task')).toBe('{"kind":"affect"}')
    const parts = { model, widths, task, weights }
    const opened = await fromParts(parts, { name: 'small', synthetic: true }, 'small')
    const baselines = {
      text: new Float32Array(widths.text),
      audio: new Float32Array(widths.audio),
      vision: new Float32Array(widths.vision),
    }
    const options = { task, inputs: names, baselines, aligned: true }
    const explained = await explainContributions(opened, split, 2, options)
    const [said] = await opened.inWords(split.ids, await opened.predictSplit(split))
    expect(said?.task).toBe('affect')
    await opened.close()
    expect(explained.scores.map(({ name, said }) => [name, said])).toEqual([
      ['valence', true],
      ['arousal', true],
    ])
    expect(explained.unit).toBe('rating')
    expect(scoreText(0.5, explained.unit)).toBe('+0.50')
  })
})
