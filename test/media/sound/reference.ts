/** Features of sound in plain float64 loops, frame by frame, as the definitions read. */
import type {
  Edges,
  LogMelSettings,
  MelFilterSettings,
  MelSettings,
  MfccSettings,
} from '../../../src/media/sound/index.js'
import { cosineTransform, melFilters, periodicWindow } from '../../../src/media/sound/index.js'

type Rows = number[][]

/** A sample beyond the ends: zero, or mirrored as often as it takes. */
function sampleAt(samples: ArrayLike<number>, place: number, edges: Edges): number {
  if (place >= 0 && place < samples.length) return samples[place] ?? 0
  if (edges !== 'reflect') return 0
  let at = place
  while (samples.length > 1 && (at < 0 || at >= samples.length)) {
    at = at < 0 ? -at : 2 * (samples.length - 1) - at
  }
  return samples[samples.length === 1 ? 0 : at] ?? 0
}

export function plainFrames(
  samples: ArrayLike<number>,
  { frame, hop, edges }: { frame: number; hop: number; edges: Edges },
): Rows {
  const around = edges === 'none' ? 0 : Math.floor(frame / 2)
  const count = Math.floor((samples.length + 2 * around - frame) / hop) + 1
  return Array.from({ length: Math.max(0, count) }, (_, row) =>
    Array.from({ length: frame }, (_, n) => sampleAt(samples, row * hop + n - around, edges)),
  )
}

/** |sum of w x exp(-2 pi i k n / size)|^2 for k = 0 to size / 2. */
export function plainSpectrum(frame: readonly number[], window: ArrayLike<number>): number[] {
  const size = frame.length
  return Array.from({ length: Math.floor(size / 2) + 1 }, (_, k) => {
    let [real, imaginary] = [0, 0]
    for (const [n, value] of frame.entries()) {
      const angle = (2 * Math.PI * ((k * n) % size)) / size
      real += value * (window[n] ?? 0) * Math.cos(angle)
      imaginary -= value * (window[n] ?? 0) * Math.sin(angle)
    }
    return real * real + imaginary * imaginary
  })
}

export function plainMel(
  samples: ArrayLike<number>,
  settings: MelSettings | LogMelSettings | MfccSettings,
): Rows {
  const filterSettings: MelFilterSettings = { ...settings, size: settings.frame }
  const filters = melFilters(filterSettings)
  const window = periodicWindow(settings.window, settings.frame)
  return plainFrames(samples, settings).map((frame) => {
    const spectrum = plainSpectrum(frame, window)
    return Array.from({ length: filters.rows }, (_, band) =>
      spectrum.reduce((sum, power, bin) => {
        const weight = filters.data[band * filters.columns + bin] ?? 0
        return sum + weight * (settings.power === 2 ? power : Math.sqrt(power))
      }, 0),
    )
  })
}

export function plainLogMel(
  samples: ArrayLike<number>,
  settings: LogMelSettings | MfccSettings,
): Rows {
  const { least, reference, range } = settings
  const rows = plainMel(samples, settings).map((row) =>
    row.map((power) => 10 * Math.log10(Math.max(least, power) / Math.max(least, reference))),
  )
  const lowest = range === null ? Number.NEGATIVE_INFINITY : Math.max(...rows.flat()) - range
  return rows.map((row) => row.map((value) => Math.max(value, lowest)))
}

export function plainMfcc(samples: ArrayLike<number>, settings: MfccSettings): Rows {
  const table = cosineTransform(settings.bands, settings.coefficients)
  const rows = plainLogMel(samples, settings).map((row) =>
    Array.from({ length: settings.coefficients }, (_, k) =>
      row.reduce((sum, value, band) => {
        return sum + value * (table.data[band * settings.coefficients + k] ?? 0)
      }, 0),
    ),
  )
  const width = settings.differences
  if (width === null) return rows
  return rows.map((row, time) => [
    ...row,
    ...row.map(
      (_, k) =>
        1 *
        derivative(
          rows.map((one) => one[k] ?? 0),
          time,
          width,
          1,
        ),
    ),
    ...row.map(
      (_, k) =>
        2 *
        derivative(
          rows.map((one) => one[k] ?? 0),
          time,
          width,
          2,
        ),
    ),
  ])
}

/** The highest coefficient of a polynomial of some degree fitted to the window around a step. */
function derivative(
  values: readonly number[],
  time: number,
  width: number,
  degree: number,
): number {
  const size = Math.min(width, values.length)
  if (size <= degree) return 0
  const start = Math.max(0, Math.min(time - (size - 1) / 2, values.length - size))
  const piece = values.slice(Math.floor(start), Math.floor(start) + size)
  // Normal equations of the fit, solved by elimination.
  const powers = piece.map((_, n) =>
    Array.from({ length: degree + 1 }, (_, power) => (n - (size - 1) / 2) ** power),
  )
  const system = Array.from({ length: degree + 1 }, (_, row) => [
    ...Array.from({ length: degree + 1 }, (_, column) =>
      powers.reduce((sum, one) => sum + (one[row] ?? 0) * (one[column] ?? 0), 0),
    ),
    powers.reduce((sum, one, n) => sum + (one[row] ?? 0) * (piece[n] ?? 0), 0),
  ])
  for (let pivot = 0; pivot <= degree; pivot++) {
    for (let row = pivot + 1; row <= degree; row++) {
      const factor = (system[row]?.[pivot] ?? 0) / (system[pivot]?.[pivot] ?? 1)
      system[row] = (system[row] ?? []).map(
        (value, column) => value - factor * (system[pivot]?.[column] ?? 0),
      )
    }
  }
  return (system[degree]?.[degree + 1] ?? 0) / (system[degree]?.[degree] ?? 1)
}
