/** The mel scale in its two forms, and triangular filters on it, in float64. */
import { type Matrix, matrix } from './matrix.js'

/**
 * `htk`: 2595 log10(1 + f / 700) (HTK Book, 5.4). `slaney`: linear below 1000 Hz, logarithmic above
 * (Slaney, Auditory Toolbox, 1998), the default of librosa.
 */
export const melScales = ['htk', 'slaney'] as const
export type MelScale = (typeof melScales)[number]

/** Slaney's scale: 200 / 3 Hz per mel up to 1000 Hz, then 27 mels for each factor of 6.4. */
const linear = 200 / 3
const corner = 1000
const factor = Math.log(6.4) / 27

/** Mels of a frequency in Hz. */
export function hertzToMel(hertz: number, scale: MelScale): number {
  if (scale === 'htk') return 2595 * Math.log10(1 + hertz / 700)
  return hertz < corner ? hertz / linear : corner / linear + Math.log(hertz / corner) / factor
}

/** The frequency in Hz of some mels. */
export function melToHertz(mel: number, scale: MelScale): number {
  if (scale === 'htk') return 700 * (10 ** (mel / 2595) - 1)
  const bend = corner / linear
  return mel < bend ? mel * linear : corner * Math.exp(factor * (mel - bend))
}

/** The settings of triangular filters. */
export interface MelFilterSettings {
  /** Samples per second (Hz). */
  readonly rate: number
  /** Samples per transform; its bins are rate / size Hz apart. */
  readonly size: number
  readonly bands: number
  /** The start of the lowest filter and the end of the highest, in Hz. */
  readonly lowest: number
  readonly highest: number
  readonly scale: MelScale
  /** `area`: each triangle is divided by half its width in Hz (Slaney's norm); `none`: its peak is 1. */
  readonly norm: 'area' | 'none'
  /**
   * `exact`: from the frequencies of the bins, in double precision, as in librosa; `torchaudio`:
   * bins equally spaced from 0 Hz to half the rate (which differs if `size` is odd), in single
   * precision.
   */
  readonly filters: MelFilterKind
}

export const melFilterKinds = ['exact', 'torchaudio'] as const
export type MelFilterKind = (typeof melFilterKinds)[number]

/** The centres of the filters in Hz, with both ends: bands + 2 frequencies equally spaced in mels. */
export function melCorners(settings: MelFilterSettings): number[] {
  const { bands, lowest, highest, scale, filters } = settings
  const [first, last] = [hertzToMel(lowest, scale), hertzToMel(highest, scale)]
  if (filters === 'torchaudio') {
    return spacedInSingle(first, last, bands + 2).map((mel) => melToHertzInSingle(mel, scale))
  }
  return Array.from({ length: bands + 2 }, (_, place) =>
    melToHertz(first + ((last - first) * place) / (bands + 1), scale),
  )
}

/** The bands of a picture of sound, from the lowest. */
export type MelBands = Pick<MelFilterSettings, 'bands' | 'lowest' | 'highest' | 'scale'>

/**
 * The frequency (Hz) at a height of a picture of mel bands, in bands from its lower edge: band b
 * reaches from b to b + 1, and its middle is the centre of its filter.
 */
export function hertzAtBand(place: number, { bands, lowest, highest, scale }: MelBands): number {
  const [first, last] = [hertzToMel(lowest, scale), hertzToMel(highest, scale)]
  return melToHertz(first + ((last - first) * (place + 0.5)) / (bands + 1), scale)
}

/** The height of a frequency (Hz) in such a picture: the inverse of `hertzAtBand`. */
export function bandAtHertz(hertz: number, { bands, lowest, highest, scale }: MelBands): number {
  const [first, last] = [hertzToMel(lowest, scale), hertzToMel(highest, scale)]
  return ((hertzToMel(hertz, scale) - first) / (last - first)) * (bands + 1) - 0.5
}

/** PyTorch's `linspace` in single precision: from both ends towards the middle. */
function spacedInSingle(first: number, last: number, count: number): number[] {
  const { fround } = Math
  const [start, end] = [fround(first), fround(last)]
  const step = fround(fround(end - start) / (count - 1))
  return Array.from({ length: count }, (_, place) =>
    place < count / 2 ? fround(start + step * place) : fround(end - step * (count - 1 - place)),
  )
}

function melToHertzInSingle(mel: number, scale: MelScale): number {
  const { fround } = Math
  if (scale !== 'htk') return fround(melToHertz(mel, scale))
  return fround(700 * fround(fround(10 ** fround(mel / 2595)) - 1))
}

/**
 * Triangular filters, [band, bin], as in librosa's `filters.mel` and torchaudio's
 * `melscale_fbanks`: each rises from the centre of the one below to its own, and falls to the
 * centre of the one above.
 */
export function melFilters(settings: MelFilterSettings): Matrix {
  const { rate, size, bands, norm, filters } = settings
  const round = filters === 'exact' ? (value: number) => value : Math.fround
  const corners = melCorners(settings)
  const bins = Math.floor(size / 2) + 1
  const frequencies =
    filters === 'exact'
      ? Array.from({ length: bins }, (_, bin) => (bin * rate) / size)
      : spacedInSingle(0, Math.floor(rate / 2), bins)
  return matrix(bands, bins, (band, bin) => {
    const [low = 0, centre = 0, high = 0] = corners.slice(band, band + 3)
    const frequency = frequencies[bin] ?? 0
    const rise = round(round(frequency - low) / round(centre - low))
    const fall = round(round(high - frequency) / round(high - centre))
    const area = norm === 'area' ? round(2 / round(high - low)) : 1
    return round(Math.max(0, Math.min(rise, fall)) * area)
  })
}
