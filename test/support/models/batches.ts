/** Random features for models whose modalities have lengths of their own, and learning them by heart. */

import { type Modality, modalities } from '../../../src/base/modalities.js'
import { RandomStream } from '../../../src/base/random.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import type { ConfiguredModel, Widths } from '../../../src/models/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import type { Task } from '../../../src/task/task.js'

/** Feeds for a training graph: sequences, zero after their lengths, prosody where it has a width, and targets. */
export function randomBatch({
  widths,
  lengths,
  task,
}: {
  readonly widths: Widths
  readonly lengths: Readonly<Partial<Record<Modality, readonly number[]>>>
  readonly task: Task
}): Map<string, Value> {
  const random = new RandomStream(2, 'batch')
  const feeds = new Map<string, Value>()
  let samples = 0
  for (const modality of modalities) {
    const [own, width] = [lengths[modality], widths[modality]]
    if (!own || width === undefined) continue
    samples = own.length
    const steps = Math.max(...own)
    const data = own.flatMap((length) =>
      Array.from({ length: steps * width }, (_, place) =>
        place < length * width ? random.normal() : 0,
      ),
    )
    const shape = [samples, steps, width]
    feeds.set(modality, { dataType: 'float32', shape, data: Float32Array.from(data) })
    const counts = BigInt64Array.from(own, (length) => BigInt(length))
    feeds.set(`${modality}_lengths`, { dataType: 'int64', shape: [samples], data: counts })
  }
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal())
  const { prosody } = widths
  if (prosody !== undefined) {
    const shape = [samples, prosody]
    feeds.set('prosody', { dataType: 'float32', shape, data: draw(samples * prosody) })
  }
  return feeds.set('target', targetOf(task, samples, draw))
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
): Promise<{ readonly still: readonly [number, number]; readonly learnt: number }> {
  const lengths = { text: [3, 1, 2], audio: [2, 5, 6], vision: [4, 3, 1] }
  const feeds = randomBatch({ widths, lengths, task })
  const optimiser = { weightDecay: 0 }
  const trainer = await TrainingStep.open({
    engine: nodeEngine,
    model,
    widths,
    task,
    optimiser,
    seed: 1,
  })
  const losses: number[] = []
  for (let step = 0; step < 152; step++) {
    losses.push((await trainer.step(feeds, step < 2 ? 0 : 0.01)).loss)
  }
  await trainer.close()
  const [first = 0, second = 0] = losses
  return { still: [first, second], learnt: Math.max(...losses.slice(-10)) }
}
