/** Encodes voice and face during each word. */
import type { Modality } from '../../../base/modalities.js'
import {
  add,
  divide,
  multiply,
  multiplyDimensions,
  reduceMean,
  reshape,
  sqrt,
  stopGradient,
  subtract,
  type Tensor,
  unsqueeze,
  variance,
} from '../../../graph/index.js'
import { ones, zeros } from '../../../nn/initialise.js'
import { dropout } from '../../../nn/layers/dropout.js'
import { linear } from '../../../nn/layers/linear.js'
import { fitSteps, lastStep } from '../../../nn/layers/steps.js'
import { recurrent, runTogether } from '../../../nn/recurrent/recurrent.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import type { RavenSettings } from './settings.js'

/** The frames of each word, for one modality. */
export interface WordFrames {
  /** [batch, words, frames, width] */
  readonly frames: Tensor
  /** The number of frames of each word, int64 [batch, words]. */
  readonly counts: Tensor
}

/**
 * An LSTM per modality over the frames of each word, starting from zeros; a word's vector is the
 * state after its last frame, zeros if it has no frame.
 *
 * @param widths the width of each modality's frames
 * @returns a function of the frames of each modality to one [batch, words, cellWidth] per modality
 */
export function frameEncoders(
  scope: Scope,
  widths: ReadonlyMap<Modality, number>,
  settings: RavenSettings,
): (given: readonly WordFrames[]) => readonly Tensor[] {
  const { normWidth, cellWidth, slots, gradients } = settings
  const parts = [...widths].map(([modality, inputs]) => {
    const place = scope.child(modality)
    const normalise =
      modality === 'audio' && settings.normalise === 'slots'
        ? slotNorm(place.child('norm'), slots)
        : (frames: Tensor) => frames
    const drop = dropout(place, settings.frameDropout)
    const resize = linear(place.child('resize'), { inputs, units: normWidth })
    const layer = recurrent(place.child('recurrent'), { inputs: normWidth, hidden: cellWidth })
    const prepare: Layer = (frames) => resize(drop(normalise(frames)))
    return { prepare, layer }
  })
  return (given) => {
    // Each word is one sequence. An LSTM never reads later frames, so all run at full length.
    const sequences = given.map(({ frames }, place) => {
      const prepared = parts[place]?.prepare(frames) ?? frames
      const [batch, words, count, width] = prepared.axes('batch', 'words', 'frames', 'width')
      const all = reshape(prepared, [multiplyDimensions([batch, words]), count, width])
      return gradients === 'words' ? stopGradient(all) : all
    })
    const run = runTogether(
      parts.map(({ layer }) => layer),
      sequences,
    )
    return given.map(({ counts }, place) => {
      const [batch, words] = counts.axes('batch', 'words')
      const outputs = run[place]?.outputs ?? counts
      const last = lastStep(outputs, reshape(counts, [outputs.size(0)]))
      return reshape(last, [batch, words, cellWidth])
    })
  }
}

/** PyTorch's default. */
const epsilon = 1e-5

/**
 * Batch normalisation whose channels are the positions of words: by the mean and the biased
 * variance of each position over the samples, frames and features of the current batch, in
 * prediction too.
 */
function slotNorm(scope: Scope, slots: number): Layer {
  const weight = scope.parameter('weight', [slots], ones)
  const bias = scope.parameter('bias', [slots], zeros)
  return (frames) => {
    const axes = [0, 2, 3]
    const centred = subtract(frames, reduceMean(frames, axes, true))
    const spread = sqrt(add(variance(frames, axes, { keep: true }), epsilon))
    const atSlots = (values: Tensor) => unsqueeze(fitSteps(values, 0, frames.size(1)), [0, 2, 3])
    return add(multiply(divide(centred, spread), atSlots(weight)), atSlots(bias))
  }
}
