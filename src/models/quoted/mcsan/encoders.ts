/** MCSAN's encoders: of text, and of audio or vision. */
import { clearPadding, multiply } from '../../../graph/index.js'
import { sequenceConvolution } from '../../../nn/convolution/sequence-convolution.js'
import { maxPoolSteps } from '../../../nn/layers/pooling.js'
import { recurrent } from '../../../nn/recurrent/recurrent.js'
import type { Scope } from '../../../nn/scope.js'
import type { MeasuredSequence } from '../../define/sequence.js'
import type { McsanSettings } from './settings.js'

/**
 * The encoder of audio or vision: two convolutions along time, each followed by max-pooling, and
 * the LSTM.
 */
export function frameEncoder(
  scope: Scope,
  inputs: number,
  { width, kernel, pool }: McsanSettings,
): (given: MeasuredSequence) => MeasuredSequence {
  const convolutions = [inputs, width].map((features, place) =>
    sequenceConvolution(scope.child(`conv${place + 1}`), {
      ...{ inputs: features, units: width, kernel },
    }),
  )
  const read = averagedLstm(scope.child('lstm'), width, width)
  return (given) => {
    const start = { ...given, steps: clearPadding(given.steps, given.lengths) }
    const pooled = convolutions.reduce<MeasuredSequence>(
      ({ steps, lengths }, convolve) => maxPoolSteps(convolve(steps), lengths, pool),
      start,
    )
    return read(pooled)
  }
}

/** A bidirectional LSTM whose directions are averaged; it never reads padding. */
export function averagedLstm(
  scope: Scope,
  inputs: number,
  hidden: number,
): (given: MeasuredSequence) => MeasuredSequence {
  const layer = recurrent(scope, { inputs, hidden, bidirectional: true, merge: 'sum' })
  return ({ steps, lengths }) => ({ steps: multiply(layer(steps, lengths).outputs, 0.5), lengths })
}
