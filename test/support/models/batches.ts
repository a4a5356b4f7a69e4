/** Random features for models whose modalities have lengths of their own, and learning them by heart. */

import { type Modality, modalities } from '../../../src/base/modalities.js'
import { RandomStream } from '../../../src/base/random.js'
import { inputsFor, type ReadInput } from '../../../src/learn/step/features.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import { lengthsName } from '../../../src/models/define/inputs.js'
import type { ConfiguredModel, Widths } from '../../../src/models/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import type { Task } from '../../../src/task/task.js'
import { batchAsTrainingSet } from '../../../src/verify/remembered.js'

interface RandomBatch {
  readonly widths: Widths
  readonly lengths: Readonly<Partial<Record<Modality, readonly number[]>>>
  readonly task: Task
  /** What is fed besides prosody; default: float32 sequences of all modalities that have a width. */
  readonly inputs?: readonly ReadInput[]
  /** The number above the largest of each input of integers; 4 unless given. */
  readonly integers?: Readonly<Record<string, number>>
}

/** Feeds for a training graph: sequences, zero after their lengths, prosody where it has a width, and targets. */
export function randomBatch(given: RandomBatch): Map<string, Value> {
  const { widths, lengths, task, integers = {} } = given
  const random = new RandomStream(2, 'batch')
  const feeds = new Map<string, Value>()
  let samples = 0
  for (const { name, time, width, shape, dataType } of given.inputs ?? sequences(widths)) {
    const clock = modalities.find((modality) => time === `${modality}_time`) ?? 'text'
    const own = lengths[clock]
    if (time === undefined || !own) continue
    samples = own.length
    const steps = Math.max(...own)
    const fill = (next: () => number) =>
      own.flatMap((length) =>
        Array.from({ length: steps * width }, (_, place) => (place < length * width ? next() : 0)),
      )
    const padded = [samples, steps, ...shape]
    if (dataType === 'int64') {
      const data = BigInt64Array.from(
        fill(() => random.integer(integers[name] ?? 4)),
        BigInt,
      )
      feeds.set(name, { dataType, shape: padded, data })
    } else {
      const data = Float32Array.from(fill(() => random.normal()))
      feeds.set(name, { dataType: 'float32', shape: padded, data })
    }
    const counts = BigInt64Array.from(own, (length) => BigInt(length))
    feeds.set(lengthsName(time), { dataType: 'int64', shape: [samples], data: counts })
  }
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal())
  const { prosody } = widths
  if (prosody !== undefined) {
    const shape = [samples, prosody]
    feeds.set('prosody', { dataType: 'float32', shape, data: draw(samples * prosody) })
  }
  return feeds.set('target', targetOf(task, samples, draw))
}

function sequences(widths: Widths): ReadInput[] {
  return modalities.flatMap((name) => {
    const width = widths[name]
    if (width === undefined) return []
    const time = `${name}_time`
    return { name, dataType: 'float32', time, width, shape: [width], optional: false }
  })
}

function targetOf(task: Task, samples: number, draw: (count: number) => Float32Array): Value {
  const { dataType, columns } = task.targetType
  if (dataType === 'int64') {
    const count = task.outputs.length
    const data = BigInt64Array.from({ length: samples }, (_, index) => BigInt(index % count))
    return { dataType, shape: [samples], data }
  }
  if (columns === undefined) return { dataType, shape: [samples], data: draw(samples) }
  const data = draw(samples * columns).map((value) => Number(value > 0))
  return { dataType, shape: [samples, columns], data }
}

/**
 * Trains a model on three samples of unequal lengths.
 *
 * @returns the losses of two steps that learn nothing, which differ where dropout is on, and the
 * largest of the last ten of 150 that do
 */
export async function learnByHeart(
  model: ConfiguredModel,
  widths: Widths,
  task: Task,
  integers: Readonly<Record<string, number>> = {},
): Promise<{ readonly still: readonly [number, number]; readonly learnt: number }> {
  const lengths = { text: [3, 1, 2], audio: [2, 5, 6], vision: [4, 3, 1] }
  const read = inputsFor(model, widths).filter(({ name }) => name !== 'prosody')
  // Modalities that are not read are drawn all the same, so that the targets do not depend on them.
  const inputs = sequences(widths).map(
    (sequence) => read.find(({ name }) => name === sequence.name) ?? sequence,
  )
  inputs.push(...read.filter((input) => !inputs.includes(input)))
  const feeds = randomBatch({ widths, lengths, task, inputs, integers })
  const { trainingSet, sample } = batchAsTrainingSet(feeds)
  if (model.remembers) feeds.set('sample', sample)
  const optimiser = { weightDecay: 0 }
  const trainer = await TrainingStep.open({
    engine: nodeEngine,
    model,
    widths,
    task,
    optimiser,
    seed: 1,
    trainingSet,
  })
  const losses = await lossesOf(trainer, feeds, 150)
  await trainer.close()
  const [first = 0, second = 0] = losses
  return { still: [first, second], learnt: Math.max(...losses.slice(-10)) }
}

/** The losses of two steps that learn nothing and of some that do. */
export async function lossesOf(
  trainer: TrainingStep,
  feeds: Parameters<TrainingStep['step']>[0],
  steps: number,
): Promise<number[]> {
  const losses: number[] = []
  for (let step = 0; step < steps + 2; step++) {
    losses.push((await trainer.step(feeds, step < 2 ? 0 : 0.01)).loss)
  }
  return losses
}
