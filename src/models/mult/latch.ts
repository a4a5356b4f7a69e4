import { LimbicError } from '../../base/errors.js'
import type { Modality } from '../../base/modalities.js'
import type { Tensor } from '../../graph/graph.js'
import { readAlongside } from '../../nn/layers/steps.js'
import type { Scope } from '../../nn/scope.js'
import { feedback } from '../blocks/fusions/feedback.js'
import type { Widths } from '../define/model.js'
import type { Sequence } from './masks.js'
import type { MultSettings } from './settings.js'
import type { Stream } from './streams.js'

/**
 * MMLatch's feedback around MulT (its section 4 and Table 2). "The output of the fourth (final)
 * layer is used by MMLatch": read as what the last cross-modal layers of a stream give, side by
 * side, since it is these transformers that MulT counts its layers by.
 *
 * The document's data are aligned. Others are read on the clock of the input that they mask: a
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
  inputs: ReadonlyMap<Modality, Required<Sequence>>,
  representations: ReadonlyMap<Modality, Tensor>,
) => { inputs: ReadonlyMap<Modality, Required<Sequence>>; maps: Record<string, Tensor> } {
  if (streams.length < chosen.length) {
    throw new LimbicError('feedback comes from the stream of every modality', {
      where: 'mult, streams',
      expected: chosen.join(', '),
      got: streams.map(({ modality }) => modality).join(', '),
    })
  }
  const units = feedback(
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
  return (inputs, representations) => {
    const results = new Map<Modality, Required<Sequence>>()
    const maps: Record<string, Tensor> = {}
    for (const [modality, mask] of units) {
      const { steps, lengths } = inputs.get(modality) as Required<Sequence>
      const others = chosen.filter((other) => other !== modality)
      const alongside = others.map((other) => {
        const source = inputs.get(other) as Required<Sequence>
        const representation = representations.get(other) as Tensor
        return [other, readAlongside(representation, source.lengths, steps, lengths)] as const
      })
      const masked = mask({ input: steps, lengths, representations: new Map(alongside) })
      results.set(modality, { steps: masked.masked, lengths })
      maps[`mask.${modality}`] = masked.mask
    }
    return { inputs: results, maps }
  }
}
