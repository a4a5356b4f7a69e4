/** MulT's transformers, which attend from one sequence to another or to itself. */
import { elementAt } from '../../../base/lookup.js'
import { add, multiply, type Tensor } from '../../../graph/index.js'
import { type Transformed, transformer } from '../../../nn/attention/transformer.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { multPositions } from '../../../nn/layers/positions.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import type { Sequence } from '../../define/sequence.js'
import { futureMask } from './masks.js'

/** The settings that all transformers of a model share. */
export interface CrossmodalSettings {
  readonly heads: number
  /** Where the residual connections start: see `TransformerSettings`. */
  readonly residual: 'plain' | 'normalised'
  /** Whether later keys are hidden from a query: see `futureMask`. */
  readonly futureMask: boolean
  /** Dropout on the inputs of each transformer. */
  readonly embedDropout: number
  /** Dropout on the output of each sublayer. */
  readonly residualDropout: number
  /** Dropout inside the feed-forward networks. */
  readonly reluDropout: number
}

/**
 * Scales a sequence by the root of its width, adds positions (equation 5; see `multPositions`),
 * and applies dropout.
 */
function embedding(scope: Scope, width: number, probability: number): Layer {
  const drop = dropout(scope, probability)
  return (input) => drop(add(multiply(input, Math.sqrt(width)), multPositions(input)))
}

/**
 * A transformer of one sequence over another, or over itself (equations 5 to 8): all layers attend
 * to the embedded other sequence, and the last layer's output is normalised.
 */
export function encoder(
  scope: Scope,
  { width, layers, attentionDropout }: Record<'width' | 'layers' | 'attentionDropout', number>,
  settings: CrossmodalSettings,
): (input: Sequence, other?: Sequence) => Transformed {
  const embed = embedding(scope, width, settings.embedDropout)
  const apply = transformer(scope, {
    width,
    heads: settings.heads,
    layers,
    feedForward: 4 * width,
    order: 'pre-norm',
    residual: settings.residual,
    finalNorm: true,
    dropout: settings.residualDropout,
    attentionDropout,
    activationDropout: settings.reluDropout,
  })
  return (input, other) => {
    const asked = other ?? input
    return apply({
      input: embed(input.steps),
      ...(other && { memory: embed(other.steps) }),
      ...(asked.lengths && { lengths: asked.lengths }),
      ...(settings.futureMask && { mask: futureMask(input, asked) }),
    })
  }
}

/** The map of a transformer: the last layer's attention. */
export function lastWeights({ weights }: Transformed): Tensor {
  return elementAt(weights, -1, 'layer')
}
