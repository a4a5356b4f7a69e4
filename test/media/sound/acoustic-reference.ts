/** The acoustic row in plain float64 loops, as its definitions read. */
import {
  type AcousticSettings,
  barkFilters,
  cosineTransform,
  melFilters,
  periodicWindow,
} from '../../../src/media/sound/index.js'
import { plainFrames, plainSpectrum } from './reference.js'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
const level = (power: number) => 10 * Math.log10(Math.max(power, 1e-10))

/** Mean, deviation, skewness, excess kurtosis, largest and smallest; zeros of nothing. */
export function plainStatistics(values: readonly number[]): number[] {
  if (values.length === 0) return [0, 0, 0, 0, 0, 0]
  const centre = mean(values)
  const moment = (power: number) => mean(values.map((value) => (value - centre) ** power))
  const deviation = Math.sqrt(moment(2))
  const [largest, smallest] = [Math.max(...values), Math.min(...values)]
  if (deviation <= 1e-5 * Math.abs(centre) || deviation <= 1e-10) {
    return [centre, 0, 0, 0, largest, smallest]
  }
  const [skewness, kurtosis] = [moment(3) / deviation ** 3, moment(4) / deviation ** 4 - 3]
  return [centre, deviation, skewness, kurtosis, largest, smallest]
}

/** The twelve numbers of `spectralShape`, of one spectrum. */
export function plainShape(power: readonly number[], rate: number, size: number): number[] {
  const hertz = power.map((_, bin) => (bin * rate) / size)
  const whole = sum(power)
  const between = (from: number, to: number) =>
    power.filter((_, bin) => (hertz[bin] ?? 0) >= from && (hertz[bin] ?? 0) <= to)
  const centroid = sum(power.map((p, bin) => p * (hertz[bin] ?? 0))) / whole
  const moment = (order: number) =>
    sum(power.map((p, bin) => p * ((hertz[bin] ?? 0) - centroid) ** order)) / whole
  const spread = Math.sqrt(moment(2))
  let [bin, heard] = [0, power[0] ?? 0]
  while (heard < 0.85 * whole) {
    bin++
    heard += power[bin] ?? 0
  }
  const slope = (from: number, to: number) => {
    const places = hertz.filter((f) => f >= from && f <= to)
    const levels = between(from, to).map(level)
    const [x, y] = [mean(places), mean(levels)]
    const rise = sum(places.map((f, place) => (f - x) * ((levels[place] ?? 0) - y)))
    return (1000 * rise) / sum(places.map((f) => (f - x) ** 2))
  }
  const floored = power.map((p) => Math.max(p, 1e-10))
  return [
    centroid,
    spread,
    moment(3) / spread ** 3,
    moment(4) / spread ** 4,
    hertz[bin] ?? 0,
    Math.exp(mean(floored.map(Math.log))) / mean(floored),
    Math.max(...power) / mean(power),
    -sum(power.map((p) => (p > 0 ? (p / whole) * Math.log(p / whole) : 0))) /
      Math.log(power.length),
    slope(0, 500),
    slope(500, 1500),
    level(sum(between(50, 1000))) - level(sum(between(1000, 5000))),
    level(Math.max(...between(0, 2000))) - level(Math.max(...between(2000, 5000))),
  ]
}

/** The distance of two amplitude spectra of length 1. */
function distance(one: readonly number[], other: readonly number[]): number {
  const scaled = (power: readonly number[]) => power.map((p) => Math.sqrt(p / sum(power)))
  const before = scaled(one)
  return Math.hypot(...scaled(other).map((value, bin) => value - (before[bin] ?? 0)))
}

/**
 * The rows of a waveform.
 *
 * @param voice pitch and voicing of windows of a frame, which have tests of their own
 */
export function plainAcoustic(
  samples: ArrayLike<number>,
  settings: AcousticSettings,
  voice: (frame: readonly number[]) => { pitch: number; strength: number }[],
): number[][] {
  const { rate, windowFrame: size, windowHop: hop, barkBands, bands, coefficients } = settings
  const window = periodicWindow(settings.window, size)
  const [bark, mel] = [barkFilters(rate, size), melFilters({ ...settings, size })]
  const cosines = cosineTransform(bands, coefficients + 1)
  return plainFrames(samples, settings).map((frame) => {
    const windows = plainFrames(frame, { frame: size, hop, edges: 'none' })
    const spectra = windows.map((one) => plainSpectrum(one, window))
    const inBands = (filters: { columns: number; data: Float64Array }, count: number) =>
      Array.from({ length: count }, (_, band) =>
        mean(
          spectra.map((power) =>
            level(
              sum(power.map((p, bin) => p * (filters.data[band * filters.columns + bin] ?? 0))),
            ),
          ),
        ),
      )
    const mels = inBands(mel, bands)
    const cepstrum = Array.from({ length: coefficients }, (_, place) =>
      sum(
        mels.map((value, band) => value * (cosines.data[band * cosines.columns + place + 1] ?? 0)),
      ),
    )
    const energy = windows.map((one) => level(mean(one.map((value) => value * value))))
    const crossings = windows.map(
      (one) =>
        one.filter((value, n) => n > 0 && value >= 0 !== (one[n - 1] ?? 0) >= 0).length / size,
    )
    const shapes = spectra.map((power) => plainShape(power, rate, size))
    const heard = voice(frame)
    const described = [
      energy,
      energy.slice(1).map((value, place) => value - (energy[place] ?? 0)),
      crossings,
      heard.map(({ pitch }) => pitch).filter((pitch) => pitch > 0),
      heard.map(({ strength }) => strength),
      ...Array.from({ length: 12 }, (_, column) => shapes.map((shape) => shape[column] ?? 0)),
      spectra.slice(1).map((power, place) => distance(spectra[place] ?? [], power)),
    ]
    return [...inBands(bark, barkBands), ...cepstrum, ...described.flatMap(plainStatistics)]
  })
}
