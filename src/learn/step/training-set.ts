/** The training set as a model that remembers its samples reads it. */
import { LimbicError } from '../../base/errors.js'
import type { Split } from '../../data/dataset.js'
import type { Graph } from '../../graph/index.js'
import type { TrainingInputs } from '../../models/define/inputs.js'
import type { ConfiguredModel } from '../../models/define/model.js'
import type { Value } from '../../runtime/session.js'
import { addTarget, type Task } from '../../task/task.js'
import { ends } from './ends.js'

/** The samples that a model is trained on, in their order. */
export interface TrainingSet {
  readonly samples: number
  /** Their targets, if each is a single score. */
  readonly scores?: Float32Array
}

/** The training set of a split. */
export function trainingSetOf(
  { ids, targets }: Pick<Split, 'ids' | 'targets'>,
  task: Task,
): TrainingSet {
  const values = task.targetType.columns === undefined ? task.targetValues(targets) : undefined
  return {
    samples: ids.length,
    ...(values instanceof Float32Array && { scores: values }),
  }
}

/**
 * Declares the inputs `target` and `sample` of a graph.
 *
 * @throws LimbicError if there is no training set
 */
export function trainingInputs(
  graph: Graph,
  task: Task,
  set: TrainingSet | undefined,
  { model }: Pick<ConfiguredModel, 'model'>,
): TrainingInputs {
  if (!set) {
    throw new LimbicError(
      'the model keeps values of each training sample, but there is no training set',
      {
        where: `model ${model.name}`,
        expected: 'a training set',
      },
    )
  }
  const target = addTarget(graph, 'batch', task)
  const sample = graph.input(ends.sample, 'int64', ['batch'])
  return { ...set, target, sample, loss: (prediction) => task.loss(prediction, target) }
}

/** The indices of a batch's samples in the training set, as the input `sample`. */
export function sampleFeed(places: ArrayLike<number>): Value {
  const data = BigInt64Array.from(Array.from(places), (place) => BigInt(place))
  return { dataType: 'int64', shape: [places.length], data }
}
