import type { Tensor } from '../../graph/graph.js'
import { add } from '../../graph/operators/arithmetic.js'
import { concat } from '../../graph/operators/layout.js'
import { reduceSum } from '../../graph/operators/reduction.js'
import { type Attended, dotProductAttention } from '../../nn/attention.js'
import { dropout } from '../../nn/dropout.js'
import { recurrent, runRecurrent } from '../../nn/recurrent.js'
import type { Scope } from '../../nn/scope.js'
import { projections, selfAttention } from './encoder.js'
import type { MmlatchSettings } from './settings.js'

/**
 * Symmetric attention (equations 1 and 2): each side asks the other and adds what it hears to
 * itself; the two are summed. Both sides have projections of their own; padding is not hidden.
 */
function symmetricAttention(scope: Scope, width: number, probability: number) {
  const first = projections(scope.child('first'), width)
  const second = projections(scope.child('second'), width)
  const drop = dropout(scope, probability)
  const options = { scale: 1 / Math.sqrt(width), drop }
  return (one: Tensor, other: Tensor) => {
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

/** Attention of one sequence over another, without residual or mask. */
function crossAttention(scope: Scope, width: number, probability: number) {
  const { query, key, value } = projections(scope, width)
  const drop = dropout(scope, probability)
  return (asking: Tensor, asked: Tensor): Attended =>
    dotProductAttention(query(asking), key(asked), value(asked), {
      scale: 1 / Math.sqrt(width),
      drop,
    })
}

/**
 * The cross-modal fusion (section 2, equations 1 to 3): seven sequences side by side, a
 * bidirectional recurrent layer over them, and one vector for the whole, [batch, 2 x hidden].
 */
export function fusion(scope: Scope, settings: MmlatchSettings) {
  const { hidden, fusionDropout } = settings
  const textAudio = symmetricAttention(scope.child('text_audio'), hidden, fusionDropout)
  const visionAudio = symmetricAttention(scope.child('vision_audio'), hidden, fusionDropout)
  const textVision = symmetricAttention(scope.child('text_vision'), hidden, fusionDropout)
  const all = crossAttention(scope.child('text_by_audio_vision'), hidden, fusionDropout)
  const layer = recurrent(scope.child('recurrent'), {
    kind: settings.recurrent,
    inputs: 7 * hidden,
    hidden,
    bidirectional: true,
  })
  const drop = dropout(scope, fusionDropout)
  const attend =
    settings.readout === 'attention'
      ? selfAttention(scope.child('attention'), 2 * hidden, fusionDropout)
      : undefined
  return (text: Tensor, audio: Tensor, vision: Tensor, lengths: Tensor) => {
    const ta = textAudio(text, audio)
    const va = visionAudio(vision, audio)
    const tv = textVision(text, vision)
    const tav = all(va.outputs, text)
    const fused = concat([text, audio, vision, ta.outputs, tv.outputs, va.outputs, tav.outputs], 2)
    const steps = runRecurrent(layer, fused, lengths)
    const attended = attend?.(drop(steps.outputs), lengths)
    return {
      // The sum runs over padded steps too, whose queries are zeros: as in the published code.
      vector: attended ? reduceSum(attended.outputs, 1) : drop(steps.last),
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
