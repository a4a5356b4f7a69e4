/** HDA's module of one modality. */
import { clearPadding } from '../../graph/index.js'
import { type DeltaAttended, deltaAttention } from '../../nn/attention/delta-attention.js'
import { sequenceConvolution } from '../../nn/convolution/sequence-convolution.js'
import type { Scope } from '../../nn/scope.js'
import type { MeasuredSequence } from '../define/sequence.js'
import type { HdaSettings } from './settings.js'

/**
 * A modality's own module (section 4.1): a convolution along time (equation 9) and multi-head delta
 * self-attention (equations 10 to 12), `Y = MHDSA(X)`, [batch, time, width], zero at the padding.
 *
 * @param inputs the number of the modality's features
 */
export function deltaEncoder(
  scope: Scope,
  inputs: number,
  settings: HdaSettings,
): (given: MeasuredSequence) => MeasuredSequence & Pick<DeltaAttended, 'weights' | 'windows'> {
  const { channels, kernel } = settings
  const convolve = sequenceConvolution(scope.child('convolution'), {
    ...{ inputs, units: channels, kernel },
  })
  const attend = deltaAttention(scope.child('delta'), {
    ...settings,
    ...{ inputs: channels, units: settings.width, dropout: settings.attentionDropout },
  })
  return ({ steps, lengths }) => {
    const { outputs, ...seen } = attend(convolve(clearPadding(steps, lengths)), lengths)
    return { ...seen, steps: clearPadding(outputs, lengths), lengths }
  }
}
