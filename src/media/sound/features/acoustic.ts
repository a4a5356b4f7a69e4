/**
 * The acoustic features of MESM's baselines: critical bands, cepstra, and statistics of voice
 * descriptors.
 */
import {
  concat,
  greater,
  matmul,
  multiplyDimensions,
  reduceMean,
  reshape,
  slice,
  subtract,
  type Tensor,
} from '../../../graph/index.js'
import { matrixConstant } from '../graphs/constants.js'
import { decibels } from '../graphs/decibels.js'
import { framed } from '../graphs/framing.js'
import { powerOfFrames, zeroCrossingsOfFrames } from '../graphs/level.js'
import { pitchOfFrames } from '../graphs/pitch.js'
import { shapeNames, spectralFlux, spectralShape } from '../graphs/spectral-shape.js'
import { bandSums, binsInOrder, spectrumOf } from '../graphs/spectrum.js'
import { statisticNames, statisticsOf } from '../graphs/statistics.js'
import { barkFilters } from '../numbers/bark.js'
import { cosineTransform } from '../numbers/cosine-transform.js'
import { elementOf, matrix } from '../numbers/matrix.js'
import { melFilters } from '../numbers/mel.js'
import { periodicWindow } from '../numbers/windows.js'
import type { Feature } from './feature.js'
import type { AcousticSettings } from './settings.js'

/**
 * The 18 descriptors whose statistics are computed, in order. `energy` is the level in dB of a
 * window's mean power, `energyChange` its difference from the previous window, `zeroCrossings` a
 * fraction of the samples, `pitch` in Hz and over voiced windows only, `voicing` the height of the
 * autocorrelation (0 to 1); the others are those of `spectralShape` and `spectralFlux`.
 */
export const descriptorNames = [
  ...['energy', 'energyChange', 'zeroCrossings', 'pitch', 'voicing'],
  ...shapeNames,
  'flux',
] as const

/** The names of a row's values, in order, such as `bark.1`, `mfcc.1` and `pitch.mean`. */
export function acousticNames({
  barkBands,
  coefficients,
  statistics,
}: Pick<AcousticSettings, 'barkBands' | 'coefficients' | 'statistics'>): string[] {
  const counted = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) => `${name}.${place + 1}`)
  const described = descriptorNames.flatMap((descriptor) =>
    statisticNames.map((statistic) => `${descriptor}.${statistic}`),
  )
  return [
    ...counted('bark', barkBands),
    ...counted('mfcc', coefficients),
    ...(statistics ? described : []),
  ]
}

/**
 * A row of numbers for each frame, from the short windows inside it: the mean decibels of critical
 * bands, the mean cepstral coefficients from the first on (the zeroth is redundant with the
 * energy), and six statistics of each of 18 descriptors. With the preset, 22 + 12 + 108 = 142
 * values, as many as the MESM document (section 5.2) takes from DisVoice, whose phonological
 * classes need an external trained network: computed descriptors replace them.
 */
export function acousticRow(settings: AcousticSettings): Feature['frames'] {
  const { windowFrame: size, windowHop, window, rate, statistics } = settings
  const width = acousticNames(settings).length
  const weights = periodicWindow(window, size)
  return {
    width,
    // A frame contains dozens of windows, each with tensors of its spectrum.
    most: 16,
    apply(frames) {
      const [batch, count, frame] = frames.axes('batch', 'frames', 'size')
      const rows = reshape(frames, [multiplyDimensions([batch, count]), frame])
      const windows = framed(rows, size, windowHop)
      const spectrum = spectrumOf(windows, weights)
      const level = (power: Tensor) =>
        decibels(power, { reference: 1, least: settings.least, range: null })
      const bark = level(bandSums(spectrum, barkBandsOf(settings)))
      const mel = level(bandSums(spectrum, melFilters({ ...settings, size })))
      const cepstrum = matmul(reduceMean(mel, [1]), matrixConstant(rows, withoutZeroth(settings)))
      const parts = [reduceMean(bark, [1]), cepstrum]
      if (statistics) {
        const power = binsInOrder(spectrum)
        const energy = level(powerOfFrames(windows))
        const change = subtract(slice(energy, 1, 1), slice(energy, 1, 0, -1))
        const { frame: pitchFrame } = settings.pitch
        const voice = pitchOfFrames(framed(rows, pitchFrame, windowHop), {
          ...settings.pitch,
          rate,
        })
        const pitch = slice(voice, 2, 0, 1)
        const described = concat(
          [
            statisticsOf(energy),
            statisticsOf(change),
            statisticsOf(zeroCrossingsOfFrames(windows)),
            statisticsOf(pitch, greater(pitch, 0)),
            statisticsOf(slice(voice, 2, 1)),
            statisticsOf(spectralShape(power, { rate, size })),
            statisticsOf(spectralFlux(power)),
          ],
          1,
        )
        const numbers = descriptorNames.length * statisticNames.length
        parts.push(reshape(described, [rows.size(0), numbers]))
      }
      return reshape(concat(parts, 1), [batch, count, width])
    },
  }
}

function barkBandsOf({ rate, windowFrame, barkBands }: AcousticSettings) {
  const filters = barkFilters(rate, windowFrame)
  return matrix(barkBands, filters.columns, (band, bin) => elementOf(filters, band, bin))
}

/** The cosine transform to coefficients from 1 on. */
function withoutZeroth({ bands, coefficients }: AcousticSettings) {
  const all = cosineTransform(bands, coefficients + 1)
  return matrix(bands, coefficients, (band, place) => elementOf(all, band, place + 1))
}
