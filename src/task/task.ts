/** What is learnt: which target, how many outputs, which loss. */
import type { Graph, Tensor } from '../graph/graph.js'
import { squeeze } from '../graph/operators/layout/layout.js'
import type { Dimension } from '../graph/shape/shape.js'
import { binaryCrossEntropy, crossEntropy, l1Loss, meanSquaredError } from '../nn/losses/losses.js'

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

/** The input named `target`: float32 [batch], int64 [batch], or float32 [batch, labels]. */
export function addTarget(graph: Graph, batch: Dimension, task: Task): Tensor {
  switch (task.kind) {
    case 'regression':
      return graph.input('target', 'float32', [batch])
    case 'classification':
      return graph.input('target', 'int64', [batch])
    case 'multilabel':
      return graph.input('target', 'float32', [batch, task.labelNames.length])
  }
}

/** The loss of predictions [batch, outputs] against the task's target: a scalar. */
export function taskLoss(prediction: Tensor, target: Tensor, task: Task): Tensor {
  const { graph } = prediction
  const vector = (values: readonly number[] | undefined) =>
    values && graph.constant(values, [values.length], 'float32')
  switch (task.kind) {
    case 'regression': {
      const measure = task.loss === 'l1' ? l1Loss : meanSquaredError
      return measure(squeeze(prediction, 1), target)
    }
    case 'classification':
      return crossEntropy(prediction, target, vector(task.classWeights))
    case 'multilabel':
      return binaryCrossEntropy(prediction, target, vector(task.positiveWeights))
  }
}
