/** Checks whether the batches of a run fit into memory, before anything is written. */
import { LimbicError } from '../../base/errors.js'
import { sizeOf } from '../../base/text/size.js'
import type { Dataset, Split } from '../../data/dataset.js'
import { hasTime } from '../../data/feature.js'
import { limit, limitVariable } from '../../disk/limits.js'
import { largestAmount, memoryOf } from '../../graph/memory.js'
import { batchSize } from '../../learn/evaluate.js'
import type { StagePlan } from '../../learn/stages.js'
import type { EndedGraph } from '../../learn/step/ended-graph.js'
import { inputsFor } from '../../learn/step/features.js'
import { trainingGraph } from '../../learn/step/graphs.js'
import { trainingSetOf } from '../../learn/step/training-set.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import type { Task } from '../../task/task.js'

/**
 * A training step keeps activations for the backward pass that a prediction frees. If this many
 * times a prediction's memory is available, the training graph is not built to compute the amount.
 */
const ample = 32

export interface PlannedRun {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly plans: readonly StagePlan[]
  /** The prediction graph. */
  readonly prediction: EndedGraph
}

/**
 * Refuses a run whose longest samples make batches that exceed the memory.
 *
 * @param memory in bytes
 * @throws LimbicError with both sizes and the batch
 */
export function checkBatches(run: PlannedRun, memory = limit('model')): void {
  const { model, widths, task, dataset, plans, prediction } = run
  const { train, valid, test } = dataset.splits
  const predicted = memoryOf([...prediction.outputs.values()], {
    given: prediction.inputs.values(),
    batch: batchSize,
  })
  const check = (needed: number, sizes: Sizes, what: string, hint: string) => {
    if (needed <= memory) return
    const longest = Math.max(...sizes.axes.values())
    throw new LimbicError(`${what} needs more memory than is available`, {
      where: `model ${model.model.name}, data ${dataset.name}`,
      expected: `at most ${sizeOf(memory)}`,
      got: `${sizeOf(needed)} for ${sizes.batch} samples of up to ${longest.toLocaleString('en')} steps`,
      hint: `${hint}; if there is more (swap, for example), set ${limitVariable('model')}=${Math.ceil(needed / 2 ** 30)}G`,
    })
  }
  for (const { stage, training } of plans) {
    const sizes = sizesOf(run, train, training.batchSize)
    const names = namesOf(sizes)
    if (largestAmount(predicted, names) * ample <= memory) continue
    const { weightDecay } = training
    const { inputs, outputs } = trainingGraph(
      model,
      widths,
      task,
      { weightDecay },
      { ...(stage && { stage }), trainingSet: trainingSetOf(train, task) },
    )
    const amounts = memoryOf([...outputs.values()], { given: inputs.values() })
    check(
      largestAmount(amounts, names),
      sizes,
      'a step of training',
      'Choose a smaller batch with --batch-size, or cut the longest samples',
    )
  }
  for (const split of [valid, test]) {
    const sizes = sizesOf(run, split, batchSize)
    const needed = largestAmount(predicted, namesOf(sizes))
    check(needed, sizes, 'a batch that is predicted', 'Cut the longest samples')
  }
}

interface Sizes {
  readonly batch: number
  /** The longest sample along each time axis. */
  readonly axes: ReadonlyMap<string, number>
}

function sizesOf({ model, widths }: PlannedRun, split: Split, together: number): Sizes {
  const axes = new Map<string, number>()
  for (const { name, time } of inputsFor(model, widths)) {
    const feature = split.features[name]
    if (time === undefined || !feature || !hasTime(feature)) continue
    const longest = feature.lengths.reduce((most, length) => Math.max(most, length), 1)
    axes.set(time, Math.max(longest, axes.get(time) ?? 1))
  }
  return { batch: Math.min(together, split.ids.length), axes }
}

function namesOf({ batch, axes }: Sizes): Map<string, number> {
  return new Map([['batch', batch], ...axes])
}
