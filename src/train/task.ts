/** What is learnt: which target, how many outputs, which loss. */
import { LimbicError } from '../errors.js'
import type { Graph, Tensor } from '../graph/graph.js'
import { squeeze } from '../graph/operators/layout.js'
import { binaryCrossEntropy, crossEntropy, l1Loss, meanSquaredError } from '../nn/losses.js'

export type Task =
  | { readonly kind: 'regression'; readonly loss: 'l1' | 'mse' }
  | {
      readonly kind: 'classification'
      readonly classNames: readonly string[]
      readonly classWeights?: readonly number[]
    }
  | {
      readonly kind: 'multilabel'
      readonly labelNames: readonly string[]
      readonly positiveWeights?: readonly number[]
    }

/** How many numbers the model gives for a sample. */
export function outputCount(task: Task): number {
  switch (task.kind) {
    case 'regression':
      return 1
    case 'classification':
      return task.classNames.length
    case 'multilabel':
      return task.labelNames.length
  }
}

/**
 * 1 where an emotion is there at all, 0 elsewhere: intensities, such as CMU-MOSEI's from 0 to 3,
 * would leave binary cross entropy without a lowest value.
 */
export function presence(emotions: Float32Array): Float32Array {
  return emotions.map((intensity) => Number(intensity > 0))
}

/** Adds the target as an input named `target` and the loss to a model's prediction [batch, outputs]. */
export function addLoss(
  graph: Graph,
  prediction: Tensor,
  task: Task,
): { target: Tensor; loss: Tensor } {
  const batch = prediction.size(0)
  const vector = (values: readonly number[] | undefined) =>
    values && graph.constant(values, [values.length], 'float32')
  switch (task.kind) {
    case 'regression': {
      const target = graph.input('target', 'float32', [batch])
      const measure = task.loss === 'l1' ? l1Loss : meanSquaredError
      return { target, loss: measure(squeeze(prediction, 1), target) }
    }
    case 'classification': {
      const target = graph.input('target', 'int64', [batch])
      return { target, loss: crossEntropy(prediction, target, vector(task.classWeights)) }
    }
    case 'multilabel': {
      const target = graph.input('target', 'float32', [batch, task.labelNames.length])
      return { target, loss: binaryCrossEntropy(prediction, target, vector(task.positiveWeights)) }
    }
    default:
      throw new LimbicError('unknown task', { got: JSON.stringify(task) })
  }
}
