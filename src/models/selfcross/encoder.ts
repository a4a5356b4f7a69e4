/** SelfCross's encoders. */
import type { Modality } from '../../base/modalities.js'
import type { Tensor } from '../../graph/index.js'
import { timeConvolution } from '../../nn/convolution/time-convolution.js'
import { dropout } from '../../nn/layers/dropout.js'
import { linear } from '../../nn/layers/linear.js'
import { recurrent } from '../../nn/recurrent/recurrent.js'
import type { Layer, Scope } from '../../nn/scope.js'
import type { SelfCrossSettings } from './settings.js'

/** An encoded modality; without lengths all of its steps are real. */
export interface Encoded {
  /** [batch, steps, 2 x hidden] */
  readonly steps: Tensor
  /** int64 [batch] */
  readonly lengths?: Tensor
}

interface Convolution {
  readonly apply: Layer
  /** Features of a step afterwards. */
  readonly width: number
  /** Whether step t is still step t. */
  readonly keepsSteps: boolean
}

/**
 * The encoder of a modality (document section 2): a convolution, unless it is text, and a
 * bidirectional GRU, its directions side by side.
 */
export function encoder(
  scope: Scope,
  modality: Modality,
  inputs: number,
  settings: SelfCrossSettings,
): (sequence: Tensor, lengths: Tensor) => Encoded {
  const drop = dropout(scope, modality === 'text' ? settings.textDropout : 0)
  const convolution = convolutionOf(scope.child('convolution'), modality, inputs, settings)
  const layer = recurrent(scope.child('recurrent'), {
    kind: 'gru',
    inputs: convolution.width,
    hidden: settings.hidden,
    bidirectional: true,
  })
  return (sequence, lengths) => {
    const known = convolution.keepsSteps && settings.padding === 'hidden' ? lengths : undefined
    const { outputs } = layer(convolution.apply(drop(sequence)), known)
    return { steps: outputs, ...(known && { lengths: known }) }
  }
}

function convolutionOf(
  scope: Scope,
  modality: Modality,
  inputs: number,
  settings: SelfCrossSettings,
): Convolution {
  if (modality === 'text' || settings.convolution === 'none') {
    return { apply: (input) => input, width: inputs, keepsSteps: true }
  }
  if (settings.convolution === 'features') {
    const width = 2 * settings.hidden
    return { apply: linear(scope, { inputs, units: width }), width, keepsSteps: true }
  }
  const [inputSteps, steps] =
    modality === 'audio'
      ? [settings.audioInputSteps, settings.audioSteps]
      : [settings.visionInputSteps, settings.visionSteps]
  return { apply: timeConvolution(scope, { inputSteps, steps }), width: inputs, keepsSteps: false }
}
