/** MMLatch's feedback around MulT. */
import { LimbicError } from '../../base/errors.js'
import { lookUp } from '../../base/lookup.js'
import type { Modality } from '../../base/modalities.js'
import type { Tensor } from '../../graph/index.js'
import { readAlongside } from '../../nn/layers/steps.js'
import type { Scope } from '../../nn/scope.js'
import { type Feedback, feedback, type Masked } from '../blocks/fusions/feedback.js'
import type { Widths } from '../define/model.js'
import type { MultSettings } from './settings.js'
import type { Stream } from './streams.js'

/**
 * MMLatch's feedback around MulT (its section 4 and Table 2). "The output of the fourth (final)
 * layer is used by MMLatch": read as what the last cross-modal layers of a stream give, side by
 * side, since it is these transformers that MulT counts its layers by.
 *
 * The document's data is aligned. Others are read on the clock of the input that they mask: a
 * sample's modalities begin and end together, so that its steps tell how far through it they are
 * (see `readAlongside`, which changes nothing where steps are aligned).
 *
 * @throws LimbicError unless every modality that is read has a stream, and there are two or more
 */
export function latch(
  scope: Scope,
  chosen: readonly Modality[],
  streams: readonly Stream[],
  widths: Widths,
  settings: MultSettings,
): (
  inputs: ReadonlyMap<Modality, Masked>,
  representations: ReadonlyMap<Modality, Tensor>,
) => ReturnType<Feedback> {
  if (streams.length < chosen.length) {
    throw new LimbicError('feedback needs the streams of all modalities', {
      where: 'mult, streams',
      expected: chosen.join(', '),
      got: streams.map(({ modality }) => modality).join(', '),
    })
  }
  const mask = feedback(
    scope.child('feedback'),
    widths,
    {
      modalities: chosen,
      kind: settings.feedback === 'linear' ? 'linear' : 'lstm',
      hidden: settings.width * (chosen.length - 1),
      feedbackDropout: settings.feedbackDropout,
      maskDropout: settings.maskDropout,
    },
    'mult',
  )
  return (inputs, representations) =>
    mask(inputs, (other, masked) => {
      const source = lookUp(inputs, other, 'input')
      const target = lookUp(inputs, masked, 'input')
      const told = lookUp(representations, other, 'representation')
      return readAlongside(told, source.lengths, target.steps, target.lengths)
    })
}
