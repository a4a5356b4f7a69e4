/** Losses: scalars to minimise, averaged over what they compare. */
import { LimbicError } from '../../base/errors.js'
import {
  abs,
  add,
  cast,
  divide,
  equal,
  formatShape,
  logSoftmax,
  multiply,
  negate,
  positions,
  reduceMean,
  reduceSum,
  sameShape,
  softplus,
  square,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'

/** With [batch, 1] and [batch], elementwise operators would broadcast to every pair of samples. */
function checkShapes(loss: string, prediction: Tensor, target: Tensor): void {
  if (sameShape(prediction.shape, target.shape)) return
  throw new LimbicError('the shapes of target and prediction differ', {
    where: loss,
    expected: formatShape(prediction.shape),
    got: formatShape(target.shape),
    hint: 'Reshape or squeeze one of them',
  })
}

/**
 * Mean absolute error.
 *
 * @throws LimbicError unless both have the same shape
 */
export function l1Loss(prediction: Tensor, target: Tensor): Tensor {
  checkShapes('l1Loss', prediction, target)
  return reduceMean(abs(subtract(prediction, target)))
}

/**
 * Mean squared error.
 *
 * @throws LimbicError unless both have the same shape
 */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  checkShapes('meanSquaredError', prediction, target)
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
 * @param positiveWeight [labels]: the weight of a positive relative to a negative
 * @throws LimbicError unless logits and target have the same shape
 */
export function binaryCrossEntropy(
  logits: Tensor,
  target: Tensor,
  positiveWeight?: Tensor,
): Tensor {
  checkShapes('binaryCrossEntropy', logits, target)
  const positive = softplus(negate(logits))
  const weighted = positiveWeight ? multiply(positive, positiveWeight) : positive
  return reduceMean(
    add(multiply(target, weighted), multiply(subtract(1, target), softplus(logits))),
  )
}
