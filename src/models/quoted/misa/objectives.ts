/** MISA's objectives besides the prediction's loss. */
import { elementAt } from '../../../base/lookup.js'
import type { Modality } from '../../../base/modalities.js'
import { addAll, expand, multiply, relu, type Tensor } from '../../../graph/index.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { reverseGradient } from '../../../nn/layers/reverse-gradient.js'
import { crossEntropy, meanSquaredError } from '../../../nn/losses/losses.js'
import { centralMomentDiscrepancy, differenceLoss } from '../../../nn/losses/representations.js'
import type { Scope } from '../../../nn/scope.js'
import type { MisaSettings } from './settings.js'

/** A modality's representations, [batch, width] each. */
export interface Parts {
  readonly modality: Modality
  readonly utterance: Tensor
  readonly private: Tensor
  readonly shared: Tensor
  readonly reconstructed: Tensor
}

/** Every pair of modalities. */
function pairsOf(parts: readonly Parts[]): (readonly [Parts, Parts])[] {
  return parts.flatMap((one, place) =>
    parts.slice(place + 1).map((other): readonly [Parts, Parts] => [one, other]),
  )
}

const sum = (terms: readonly Tensor[]): Tensor =>
  addAll(elementAt(terms, 0, 'term'), ...terms.slice(1))

const mean = (terms: readonly Tensor[]): Tensor => multiply(sum(terms), 1 / terms.length)

/**
 * The objectives, each times its weight:
 * - `difference`: the sum of `differenceLoss` between the private and the shared representation of
 *   each modality, and between the private ones of every pair;
 * - `similarity`: the mean of `centralMomentDiscrepancy` between the shared representations of
 *   every pair, or the cross entropy of a discriminator that tells their modalities apart, behind a
 *   reversed gradient; absent with a single modality;
 * - `reconstruction`: the mean squared error of the reconstructed utterance vectors, averaged over
 *   modalities; the gradient also flows into the vectors themselves.
 */
export function objectives(
  scope: Scope,
  modalities: readonly Modality[],
  settings: MisaSettings,
): (parts: readonly Parts[]) => Readonly<Record<string, Tensor>> {
  const { differenceWeight, similarityWeight, reconstructionWeight, moments } = settings
  const several = modalities.length > 1
  const discriminate =
    several && settings.similarity === 'adversarial'
      ? discriminator(scope.child('discriminator'), modalities, settings)
      : undefined
  return (parts) => {
    const pairs = pairsOf(parts)
    const apart = [
      ...parts.map((own) => differenceLoss(own.private, own.shared)),
      ...pairs.map(([one, other]) => differenceLoss(one.private, other.private)),
    ]
    const errors = parts.map(({ utterance, reconstructed }) =>
      meanSquaredError(reconstructed, utterance),
    )
    const alike = () =>
      discriminate
        ? discriminate(parts)
        : mean(
            pairs.map(([one, other]) =>
              centralMomentDiscrepancy(one.shared, other.shared, moments),
            ),
          )
    return {
      difference: multiply(sum(apart), differenceWeight),
      ...(several && { similarity: multiply(alike(), similarityWeight) }),
      reconstruction: multiply(mean(errors), reconstructionWeight),
    }
  }
}

function discriminator(
  scope: Scope,
  modalities: readonly Modality[],
  { width, dropout: probability, reverseWeight }: MisaSettings,
): (parts: readonly Parts[]) => Tensor {
  const first = linear(scope.child('first'), { inputs: width, units: width })
  const drop = dropout(scope, probability)
  const second = linear(scope.child('second'), { inputs: width, units: modalities.length })
  return (parts) => {
    const logits = parts.map(({ shared }) =>
      second(drop(relu(first(reverseGradient(shared, reverseWeight))))),
    )
    const { graph } = elementAt(logits, 0, 'modality')
    const truths = logits.map((own, place) =>
      expand(graph.scalar(place, 'int64'), own.shape.slice(0, 1)),
    )
    // All modalities have the same number of samples, so the mean of means is the mean over all.
    return mean(logits.map((own, place) => crossEntropy(own, elementAt(truths, place, 'modality'))))
  }
}
