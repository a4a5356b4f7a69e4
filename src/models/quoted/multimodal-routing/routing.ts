/** Routing by agreement between features and the concepts of classes. */
import { elementAt } from '../../../base/lookup.js'
import {
  matmul,
  multiply,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  softmax,
  squeeze,
  stack,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../../graph/index.js'
import { normal, zeros } from '../../../nn/initialise.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Scope } from '../../../nn/scope.js'

export interface RoutingSizes {
  /** The names of the features. */
  readonly features: readonly string[]
  readonly width: number
  readonly poseWidth: number
  readonly conceptWidth: number
  readonly classes: number
  readonly iterations: number
  /** Dropout on the concepts after every update. */
  readonly dropout: number
}

export interface Routed {
  /** [batch, classes] */
  readonly logits: Tensor
  /** The activation of each feature: p, from 0 to 1, [batch, features]. */
  readonly activations: Tensor
  /** The routing coefficients of each iteration: r, [batch, features, classes]. */
  readonly coefficients: readonly Tensor[]
  /** [batch, classes, conceptWidth] */
  readonly concepts: Tensor
}

/**
 * Multimodal Routing (Tsai et al., 2020, section 3): each feature becomes a pose f and an
 * activation p; the pose votes for the concept of each class, V = f W. The concepts c start as the
 * sum of all votes divided by the number of classes; each iteration computes
 *
 *     r = softmax over classes of (V . c / sqrt(conceptWidth)),   c = sum over features of r p V.
 *
 * A class's logit is the dot product of its concept with a learned vector, which starts at zero as
 * in the published code.
 *
 * Parameters: `capsules.<feature>`, linear to `poseWidth + 1`; `votes` [features, poseWidth,
 * classes, conceptWidth]; `classes` [classes, conceptWidth].
 *
 * @returns a function of the features' vectors, [batch, width] each
 */
export function routing(scope: Scope, sizes: RoutingSizes): (vectors: readonly Tensor[]) => Routed {
  const { features, width, poseWidth, conceptWidth, classes, iterations } = sizes
  const capsules = features.map((feature) =>
    linear(scope.child('capsules').child(feature), { inputs: width, units: poseWidth + 1 }),
  )
  const count = features.length
  const spread = Math.sqrt(classes / (poseWidth * count))
  const shape = [count, poseWidth, classes, conceptWidth]
  const weight = scope.parameter('votes', shape, normal(spread))
  const directions = scope.parameter('classes', [classes, conceptWidth], zeros)
  const drop = dropout(scope, sizes.dropout)
  const scale = 1 / Math.sqrt(conceptWidth)
  return (vectors) => {
    // [features, batch, poseWidth + 1]
    const told = stack(
      capsules.map((layer, place) => layer(elementAt(vectors, place, 'feature'))),
      0,
    )
    const batch = told.size(1)
    const poses = slice(told, 2, 0, poseWidth)
    const activations = sigmoid(slice(told, 2, poseWidth, poseWidth + 1))
    const flat = reshape(weight, [count, poseWidth, classes * conceptWidth])
    const votes = reshape(matmul(poses, flat), [count, batch, classes, conceptWidth])
    const weighed = multiply(votes, unsqueeze(activations, 3))
    let concepts = drop(multiply(reduceSum(votes, 0), 1 / classes))
    const coefficients: Tensor[] = []
    for (let iteration = 0; iteration < iterations; iteration++) {
      const agreement = multiply(reduceSum(multiply(votes, unsqueeze(concepts, 0)), 3), scale)
      const shares = softmax(agreement)
      concepts = drop(reduceSum(multiply(weighed, unsqueeze(shares, 3)), 0))
      coefficients.push(transpose(shares, [1, 0, 2]))
    }
    return {
      logits: reduceSum(multiply(concepts, directions), 2),
      activations: transpose(squeeze(activations, 2)),
      coefficients,
      concepts,
    }
  }
}
