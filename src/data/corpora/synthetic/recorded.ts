/** A modality of the synthetic corpus as its sensor records it: some steps are missing. */
import { LimbicError } from '../../../base/errors.js'
import { randomWord, streamKey } from '../../../base/random.js'
import type { Modality, SequenceSource, SplitName } from '../../dataset.js'
import type { SyntheticLatent } from './latent.js'
import type { SyntheticSettings } from './options.js'
import type { Speech } from './speech.js'

/** The draws of one sample, which determine its features. */
export interface SyntheticSample {
  readonly latent: SyntheticLatent
  readonly speech: Speech
}

/** Writes the features of every step of a sample, in order. */
export type Performer = (
  sample: SyntheticSample,
  index: number,
) => (step: number, row: Float32Array) => void

/**
 * A modality that is generated each time it is read, with missing steps as rows of zeros or
 * removed.
 */
export function recordedSource(
  settings: SyntheticSettings,
  modality: Modality,
  split: SplitName,
  samples: readonly SyntheticSample[],
  perform: Performer,
): SequenceSource {
  const {
    seed,
    effects: { missing },
    missingSteps,
    rates: { [modality]: rate },
    widths: { [modality]: width },
  } = settings
  const isMissing = (index: number) => {
    const key = streamKey(seed, 'missing', modality, split, index)
    return (step: number) => randomWord(key, step) < missing * 0x1_0000_0000
  }
  const shorten = missingSteps === 'shorten' && missing > 0
  const lengths = Int32Array.from(samples, ({ latent: { length } }, index) => {
    const steps = length * rate
    if (!shorten) return steps
    const gone = isMissing(index)
    let recorded = 0
    for (let step = 0; step < steps; step++) if (!gone(step)) recorded++
    return Math.max(1, recorded)
  })
  const row = new Float32Array(width)
  return {
    width,
    lengths,
    read: (index, target, offset) => {
      const sample = samples[index]
      if (sample === undefined) {
        throw new LimbicError('no such sample', {
          expected: `0 to ${samples.length - 1}`,
          got: `${index}`,
        })
      }
      const steps = sample.latent.length * rate
      const gone = isMissing(index)
      const write = perform(sample, index)
      // If every step of a shortened sample would be missing, the last is kept.
      const keepLast = shorten && lengths[index] === 1
      let place = offset
      for (let step = 0; step < steps; step++) {
        const kept = !gone(step) || (keepLast && step === steps - 1 && place === offset)
        // Drawn even where it is missing, so that the steps after it do not depend on it.
        write(step, row)
        if (kept) target.set(row, place)
        else if (!shorten) target.fill(0, place, place + width)
        if (kept || !shorten) place += width
      }
    },
  }
}
