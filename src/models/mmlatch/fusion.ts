/** MMLatch's cross-modal fusion. */
import { add, concat, type Tensor } from '../../graph/index.js'
import { type Attended, dotProductAttention, paddingMask } from '../../nn/attention/attention.js'
import { dropout } from '../../nn/layers/dropout.js'
import { sumOverSteps } from '../../nn/layers/steps.js'
import { recurrent } from '../../nn/recurrent/recurrent.js'
import type { Scope } from '../../nn/scope.js'
import { projections, selfAttention } from './encoder.js'
import type { MmlatchSettings } from './settings.js'

/**
 * Symmetric attention (equations 1 and 2): each side attends to the other and adds the result to
 * itself; the two are summed. Both sides have projections of their own.
 */
function symmetricAttention(scope: Scope, width: number, probability: number) {
  const first = projections(scope.child('first'), width)
  const second = projections(scope.child('second'), width)
  const drop = dropout(scope, probability)
  return (one: Tensor, other: Tensor, mask: Tensor | undefined) => {
    const options = { scale: 1 / Math.sqrt(width), drop, ...(mask && { mask }) }
    const toOther = dotProductAttention(
      second.query(other),
      first.key(one),
      first.value(one),
      options,
    )
    const toOne = dotProductAttention(
      first.query(one),
      second.key(other),
      second.value(other),
      options,
    )
    return {
      outputs: add(add(toOther.outputs, other), add(toOne.outputs, one)),
      toOther: toOther.weights,
      toOne: toOne.weights,
    }
  }
}

/** Attention of one sequence over another, [batch, time, width], without residual. */
function crossAttention(scope: Scope, width: number, probability: number) {
  const { query, key, value } = projections(scope, width)
  const drop = dropout(scope, probability)
  return (asking: Tensor, asked: Tensor, mask: Tensor | undefined): Attended =>
    dotProductAttention(query(asking), key(asked), value(asked), {
      scale: 1 / Math.sqrt(width),
      drop,
      ...(mask && { mask }),
    })
}

/**
 * The cross-modal fusion (section 2, equations 1 to 3): seven sequences side by side, a
 * bidirectional recurrent layer over them, and one vector for the whole, [batch, 2 x hidden].
 *
 * In two places the text can be read otherwise, and this follows the published code, in which the
 * attention of audio and vision over text has no residual (equation 1 has one), and this layer's
 * directions stand side by side (section 3 sums those of all layers).
 */
export function fusion(scope: Scope, settings: MmlatchSettings) {
  const { hidden: width, fusionDropout } = settings
  const textAudio = symmetricAttention(scope.child('text_audio'), width, fusionDropout)
  const visionAudio = symmetricAttention(scope.child('vision_audio'), width, fusionDropout)
  const textVision = symmetricAttention(scope.child('text_vision'), width, fusionDropout)
  const all = crossAttention(scope.child('text_by_audio_vision'), width, fusionDropout)
  const layer = recurrent(scope.child('recurrent'), {
    kind: settings.recurrent,
    inputs: 7 * width,
    hidden: width,
    bidirectional: true,
  })
  const drop = dropout(scope, fusionDropout)
  const attend =
    settings.readout === 'attention'
      ? selfAttention(scope.child('attention'), 2 * width, fusionDropout)
      : undefined
  return (text: Tensor, audio: Tensor, vision: Tensor, lengths: Tensor) => {
    // Aligned modalities end together: one mask serves every pair.
    const hidden = settings.padding === 'hidden'
    const mask = hidden ? paddingMask(text, lengths) : undefined
    const ta = textAudio(text, audio, mask)
    const va = visionAudio(vision, audio, mask)
    const tv = textVision(text, vision, mask)
    const tav = all(va.outputs, text, mask)
    const fused = concat([text, audio, vision, ta.outputs, tv.outputs, va.outputs, tav.outputs], 2)
    const steps = layer(fused, lengths)
    const attended = attend?.(drop(steps.outputs), lengths)
    return {
      vector: attended
        ? sumOverSteps(attended.outputs, hidden ? lengths : undefined)
        : drop(steps.last),
      maps: {
        'attention.audio_to_text': ta.toOther,
        'attention.text_to_audio': ta.toOne,
        'attention.audio_to_vision': va.toOther,
        'attention.vision_to_audio': va.toOne,
        'attention.vision_to_text': tv.toOther,
        'attention.text_to_vision': tv.toOne,
        'attention.audio_vision_to_text': tav.weights,
        ...(attended && { 'attention.fused': attended.weights }),
      },
    }
  }
}
