/** Batches as inputs of a model's graphs. */
import type { Batch } from '../../data/batch.js'
import { lengthsName } from '../../models/define/inputs.js'
import type { InputSpec } from '../../models/define/model.js'
import type { Value } from '../../runtime/session.js'
import { type Task, targetFeed } from '../../task/task.js'
import { ends } from './ends.js'
import { sampleFeed } from './training-set.js'

/** A batch's features and lengths by input name; missing ones are left out. */
export function inputFeeds(
  batch: Batch,
  inputs: readonly Pick<InputSpec, 'name' | 'time'>[],
): Map<string, Value> {
  const feeds = new Map<string, Value>()
  for (const { name, time } of inputs) {
    const feature = batch.features[name]
    if (!feature) continue
    const { dataType, shape, values, lengths } = feature
    feeds.set(name, { dataType, shape, data: values })
    if (time === undefined || feeds.has(lengthsName(time))) continue
    feeds.set(lengthsName(time), {
      dataType: 'int64',
      shape: [batch.size],
      data: BigInt64Array.from(lengths, (length) => BigInt(length)),
    })
  }
  return feeds
}

/**
 * The same with the target of a task, if the batch has it.
 *
 * @param remembers whether the model also reads the indices of the samples in the training set
 */
export function batchFeeds(
  batch: Batch,
  inputs: readonly Pick<InputSpec, 'name' | 'time'>[],
  task: Task,
  remembers = false,
): Map<string, Value> {
  const feeds = inputFeeds(batch, inputs)
  if (remembers) feeds.set(ends.sample, sampleFeed(batch.indices))
  const target = targetFeed(batch.targets, batch.size, task)
  return target ? feeds.set('target', target) : feeds
}
