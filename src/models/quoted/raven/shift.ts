/** The shift of each word by voice and face. */
import type { Modality } from '../../../base/modalities.js'
import {
  add,
  concat,
  divide,
  maximum,
  minimum,
  multiply,
  reduceSum,
  sigmoid,
  sqrt,
  square,
  squeeze,
  stopGradient,
  type Tensor,
} from '../../../graph/index.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Scope } from '../../../nn/scope.js'
import type { RavenSettings } from './settings.js'

export interface Shifted {
  /** [batch, words, width of a word] */
  readonly words: Tensor
  /** The shift before it is scaled, [batch, words, width of a word]. */
  readonly shift: Tensor
  /** The length of the scaled shift relative to the word's, [batch, words]. */
  readonly share: Tensor
  /** The gate of each modality, [batch, words]. */
  readonly gates: readonly Tensor[]
}

/**
 * Added under the root of a length, whose gradient would otherwise be infinite for a vector of
 * zeros.
 */
const leastSquare = 1e-12

/** The Euclidean length of the last axis, which stays with size 1. */
function length(vectors: Tensor): Tensor {
  return sqrt(add(reduceSum(square(vectors), -1, true), leastSquare))
}

/**
 * With the state q of each modality and the word e: a gate w = sigmoid(Linear [q; e]) per modality,
 * or without the sigmoid (`gates`), and the shift b = Linear [w q of all modalities], which is
 * scaled (`scaling`, `beta`) and added to the word.
 */
export function shifts(
  scope: Scope,
  chosen: readonly Modality[],
  width: number,
  settings: RavenSettings,
): (words: Tensor, states: readonly Tensor[]) => Shifted {
  const { cellWidth, beta, scaling } = settings
  const gates = chosen.map((modality) =>
    linear(scope.child('gates').child(modality), { inputs: cellWidth + width, units: 1 }),
  )
  const combine = linear(scope.child('shift'), { inputs: chosen.length * cellWidth, units: width })
  const squash = settings.gates === 'sigmoid' ? sigmoid : (gate: Tensor) => gate
  return (words, states) => {
    const open = states.map((state, place) => {
      const gate = gates[place]
      return gate ? squash(gate(concat([state, words], 2))) : state
    })
    const gated = states.map((state, place) => multiply(state, open[place] ?? state))
    const shift = combine(concat(gated, 2))
    const free = settings.gradients === 'words' ? stopGradient(shift) : shift
    const [ofWord, ofShift] = [multiply(length(words), beta), length(free)]
    const scale =
      scaling === 'bounded'
        ? minimum(divide(ofWord, ofShift), 1)
        : divide(ofWord, maximum(ofShift, 1))
    return {
      words: add(words, multiply(free, scale)),
      shift,
      share: squeeze(divide(multiply(ofShift, scale), length(words)), 2),
      gates: open.map((gate) => squeeze(gate, 2)),
    }
  }
}
