/** Utterance-level prosody of synthetic samples. */
import type { SplitName } from '../../dataset.js'
import { type SequenceSource, wholeFeature } from '../../feature.js'
import type { SyntheticLatent } from './latent.js'
import { NoiseStream, noiseMatrix } from './noise.js'
import type { SyntheticSettings } from './options.js'

/** Deviation of the noise on each feature, as a multiple of the option. */
const prosodyNoise = 0.5

/**
 * How each whole sample is spoken: the voice's feelings, the speaker's habit (times
 * `speakerOffset`) and noise, mixed by fixed random weights. It carries the same information as the
 * mean of the audio features over time.
 */
export function makeProsody(
  { seed, prosody: width, effects }: SyntheticSettings,
  split: SplitName,
  latents: readonly SyntheticLatent[],
): SequenceSource {
  const channels = latents[0]?.voice.length ?? 0
  const weights = noiseMatrix(channels, width, seed, 'prosody weights')
  const values = new Float32Array(latents.length * width)
  latents.forEach(({ voice, speaker }, index) => {
    const habit = noiseMatrix(1, width, seed, 'prosody habit', speaker)
    const noise = new NoiseStream(seed, 'prosody', split, index)
    for (let feature = 0; feature < width; feature++) {
      let value = 0.5 * effects.speakerOffset * (habit[feature] ?? 0)
      for (let channel = 0; channel < channels; channel++) {
        value += (voice[channel] ?? 0) * (weights[channel * width + feature] ?? 0)
      }
      values[index * width + feature] = value + prosodyNoise * effects.noise * noise.next()
    }
  })
  return wholeFeature(width, values)
}
