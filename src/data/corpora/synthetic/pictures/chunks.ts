/** Synthetic sound: chunks of a spectrogram with the harmonics of a voice. */
import type { NoiseStream } from '../noise.js'
import { chunkShape, type Moment } from './moment.js'

const [, bands, windows] = chunkShape

/** The power of a quiet room, and of the harmonics of a calm voice. */
const [quiet, calm] = [1e-3, 1]
/** Deviation of the noise in the logarithm (base 10) of each power. */
const powerNoise = 0.3

/**
 * Draws a chunk of mel power, [1, 128, 32]. A voice has harmonics that rise and fall with its pitch;
 * each feeling has a group of bands of its own that becomes louder, tenfold at a strength of 1.
 */
export function drawChunk(
  picture: Float32Array,
  { channels, habit, noise }: Moment,
  random: NoiseStream,
): void {
  const spacing = 9 * (1 + 0.15 * habit)
  const phase = random.next()
  for (let band = 0; band < bands; band++) {
    // Which feeling's group a band is in, above the lowest bands, which are no feeling's.
    const group = Math.floor(((band - lowest) / (bands - lowest)) * channels.length)
    const louder = band < lowest ? 0 : Math.min(2, channels[group] ?? 0)
    for (let window = 0; window < windows; window++) {
      const pitch = spacing * (1 + 0.1 * Math.sin((2 * Math.PI * window) / windows + phase))
      const place = (band / pitch) % 1
      const harmonic = Math.exp(-((Math.min(place, 1 - place) * 6) ** 2))
      const power = quiet + calm * harmonic * Math.exp(-band / 60) * 10 ** louder
      picture[band * windows + window] = power * 10 ** (powerNoise * noise * random.next())
    }
  }
}

/** The first band that may be of a feeling. */
const lowest = 8
