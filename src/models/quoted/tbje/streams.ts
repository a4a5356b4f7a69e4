/** The sequences of TBJE: of fixed length, with a mask of the padding. */
import type { Modality } from '../../../base/modalities.js'
import {
  cast,
  equal,
  greater,
  less,
  minimum,
  multiply,
  not,
  reduceSum,
  subtract,
  type Tensor,
  unsqueeze,
  where,
  withinLengths,
} from '../../../graph/index.js'
import { embedding } from '../../../nn/layers/embedding.js'
import { linear } from '../../../nn/layers/linear.js'
import { fitSteps } from '../../../nn/layers/steps.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import type { TbjeSettings } from './settings.js'

/**
 * Added to the score of a hidden step, as in the published code: next to any other score, its
 * weight is 0.
 */
const hiddenScore = -1e9

/** The word number of unknown words, as in the published code. */
const unknownWord = 1

export interface Stream {
  /** [batch, positions, width] */
  readonly steps: Tensor
  /** Added to scores: 0 at steps, very low at padding, [batch, positions, 1]. */
  readonly mask: Tensor
}

/**
 * A modality's sequence as the blocks read it: cut or padded to its number of positions, then
 * passed through an LSTM (words) or a linear layer (the others).
 *
 * @param inputs the width of the data
 * @returns a function of the sequence, [batch, time, inputs] or, of word numbers, int64 [batch,
 * time], and its lengths, int64 [batch]
 */
export function stream(
  scope: Scope,
  modality: Modality,
  inputs: number,
  settings: TbjeSettings,
): (sequence: Tensor, lengths: Tensor) => Stream {
  const positions = settings[`${modality}Steps`]
  const numbers = modality === 'text' && settings.words === 'numbers'
  const look = numbers ? wordTable(scope.child('embedding'), settings) : (steps: Tensor) => steps
  const width = numbers ? settings.embeddingWidth : inputs
  const read =
    modality === 'text' ? words(scope, width, settings) : frames(scope, modality, width, settings)
  return (sequence, lengths) => {
    const fitted = fitSteps(sequence, 1, positions)
    const isStep = settings.padding === 'hidden' ? withinLengths(fitted, lengths) : notZero(fitted)
    const counts = cast(isStep, fitted.dataType)
    const steps =
      settings.padding === 'hidden'
        ? multiply(fitted, numbers ? counts : unsqueeze(counts, 2))
        : fitted
    const missing = subtract(1, unsqueeze(cast(isStep, 'float32'), 2))
    return {
      steps: read(look(steps), minimum(lengths, positions)),
      mask: multiply(missing, hiddenScore),
    }
  }
}

type Reader = (steps: Tensor, lengths: Tensor) => Tensor

function words(scope: Scope, inputs: number, { width, padding }: TbjeSettings): Reader {
  const layer = recurrent(scope.child('words'), { inputs, hidden: width })
  return (steps, lengths) => layer(steps, padding === 'hidden' ? lengths : undefined).outputs
}

function frames(scope: Scope, modality: Modality, inputs: number, { width }: TbjeSettings): Reader {
  return linear(scope.child('adapters').child(modality), { inputs, units: width })
}

function wordTable(scope: Scope, { vocabulary, embeddingWidth }: TbjeSettings): Layer {
  const look = embedding(scope, { count: vocabulary, width: embeddingWidth })
  return (numbers) => look(where(less(numbers, vocabulary), numbers, unknownWord))
}

/** Whether a word's number, or any number of a step, is not zero: [batch, positions]. */
function notZero(steps: Tensor): Tensor {
  const other = not(equal(steps, 0))
  return steps.rank === 2 ? other : greater(reduceSum(cast(other, 'float32'), 2), 0)
}
