/** Losses: scalars to be made small, averaged over what they compare. */
import type { Tensor } from '../graph/graph.js'
import { softplus } from '../graph/operators/activation.js'
import {
  abs,
  add,
  divide,
  multiply,
  negate,
  square,
  subtract,
} from '../graph/operators/arithmetic.js'
import { cast, equal } from '../graph/operators/comparison.js'
import { unsqueeze } from '../graph/operators/layout.js'
import { reduceMean, reduceSum } from '../graph/operators/reduction.js'
import { positions } from '../graph/operators/sizes.js'
import { logSoftmax } from '../graph/operators/softmax.js'

/** Mean absolute error between tensors of one shape. */
export function l1Loss(prediction: Tensor, target: Tensor): Tensor {
  return reduceMean(abs(subtract(prediction, target)))
}

/** Mean squared error between tensors of one shape. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  return reduceMean(square(subtract(prediction, target)))
}

/**
 * Cross entropy of classes, averaged over the batch (with class weights: the weighted average, as
 * in PyTorch).
 *
 * @param logits [batch, classes]
 * @param target int64 [batch], the index of the right class
 * @param weights [classes]
 */
export function crossEntropy(logits: Tensor, target: Tensor, weights?: Tensor): Tensor {
  const right = cast(
    equal(unsqueeze(positions(logits, 1), 0), unsqueeze(target, 1)),
    logits.dataType,
  )
  const chosen = weights ? multiply(right, weights) : right
  const total = negate(reduceSum(multiply(logSoftmax(logits, 1), chosen), 1))
  if (!weights) return reduceMean(total)
  return divide(reduceSum(total), reduceSum(chosen))
}

/**
 * Binary cross entropy of any number of labels at once, from logits, averaged over all:
 * -[w y log s(x) + (1 - y) log(1 - s(x))], computed without overflow.
 *
 * @param logits [batch, labels]
 * @param target [batch, labels], each 0 or 1
 * @param positiveWeight [labels]: how much a positive counts against a negative
 */
export function binaryCrossEntropy(
  logits: Tensor,
  target: Tensor,
  positiveWeight?: Tensor,
): Tensor {
  const positive = softplus(negate(logits))
  const weighted = positiveWeight ? multiply(positive, positiveWeight) : positive
  return reduceMean(
    add(multiply(target, weighted), multiply(subtract(1, target), softplus(logits))),
  )
}
