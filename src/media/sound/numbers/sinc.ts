/** The windowed sinc for resampling, in float64. */
import { LimbicError } from '../../../base/errors.js'
import { type Matrix, matrix } from './matrix.js'
import { kaiserWindow } from './windows.js'

/** The low-pass filter of a resampler. */
export interface SincSettings {
  /** Zero crossings of the sinc on each side; more make a steeper edge. */
  readonly zeroCrossings: number
  /** The cutoff (-6 dB), as a fraction of half the lower of both rates. */
  readonly rollOff: number
  /** Kaiser's parameter: larger values attenuate more and need more crossings. */
  readonly beta: number
}

/**
 * The filter that resampy calls `kaiser_best`, with the numbers of torchaudio's documentation. From 44.1 to
 * 16 kHz, tones up to 6.9 kHz pass unchanged to 1e-5, and those from 8.2 kHz on lose more than 120 dB.
 */
export const kaiserBest: SincSettings = {
  zeroCrossings: 64,
  rollOff: 0.9475937167399596,
  beta: 14.769656459379492,
}

/** resampy's `kaiser_fast`: a quarter of the work; passes up to 0.68 of half the lower rate unchanged. */
export const kaiserFast: SincSettings = {
  zeroCrossings: 16,
  rollOff: 0.85,
  beta: 8.555504641634386,
}

/**
 * Successive outputs of a resampler that read the same samples: the kernel of a strided
 * convolution.
 */
export interface SincTile {
  /** The first sample that it reads, counted from `reach` samples before the start of the period. */
  readonly start: number
  /** [output, sample] */
  readonly kernel: Matrix
}

/** One period of a resampler: `inputs` samples become `outputs` samples. */
export interface SincPeriod {
  readonly inputs: number
  readonly outputs: number
  /** Samples that the filter reads before the first one of a period. */
  readonly reach: number
  /** Samples from the first to the last that a period reads, `reach` included. */
  readonly span: number
  readonly tiles: readonly SincTile[]
}

/** The most coefficients of a resampler (256 MB in float32). */
const mostCoefficients = 2 ** 26

/**
 * The coefficients that convert sound from one rate to another (Smith, Digital Audio Resampling):
 * output j at the time of sample p = j from / to is the sum over samples i of c sinc(c (i - p))
 * kaiser((i - p) / w), with c the cut as a share of half the rate `from` and w = zero crossings /
 * c, divided by the sum of the factors, so that a constant is unchanged.
 *
 * Outputs are grouped in tiles about as long as the filter, so that few coefficients of a kernel
 * are zero, whatever the ratio.
 *
 * @param from samples per second (whole, Hz)
 * @param to samples per second (whole, Hz)
 * @throws LimbicError for invalid rates, and for ratios that need too many coefficients
 */
export function sincPeriod(from: number, to: number, settings: SincSettings): SincPeriod {
  checkRates(from, to)
  const divisor = greatestCommonDivisor(from, to)
  const cut = settings.rollOff * Math.min(1, to / from)
  const width = settings.zeroCrossings / cut
  const reach = Math.ceil(width)
  const tile = Math.max(1, Math.ceil(((2 * reach + 1) * to) / from))
  const [least, step] = [to / divisor, from / divisor]
  const repeats = Math.max(1, Math.round(tile / least))
  const [outputs, inputs] = [least * repeats, step * repeats]
  if (outputs * (4 * reach + 4) > mostCoefficients) {
    throw new LimbicError('sound cannot be resampled to this rate', {
      where: `from ${from} to ${to} Hz`,
      expected: 'rates with a larger common divisor',
      hint: 'Resample it to a usual rate first, for example with ffmpeg -ar 16000',
    })
  }
  const positionOf = (output: number) => (output * from) / to
  const window = kaiserWindow(settings.beta)
  const tiles: SincTile[] = []
  for (let first = 0; first < outputs; first += tile) {
    const count = Math.min(tile, outputs - first)
    const start = Math.floor(positionOf(first))
    const samples = Math.floor(positionOf(first + count - 1)) + 2 * reach + 1 - start
    const kernel = matrix(count, samples, (row, column) => {
      const distance = start + column - reach - positionOf(first + row)
      return sinc(cut * distance) * window(distance / width)
    })
    tiles.push({ start, kernel: unitRows(kernel) })
  }
  const span = Math.max(...tiles.map(({ start, kernel }) => start + kernel.columns))
  return { inputs, outputs, reach, span, tiles }
}

function checkRates(from: number, to: number): void {
  const wrong = [from, to].find((rate) => !Number.isInteger(rate) || rate < 1 || rate > 1e6)
  if (wrong === undefined) return
  throw new LimbicError('not a sample rate', {
    expected: 'a whole number of samples per second, up to a million',
    got: String(wrong),
  })
}

/** sin(pi x) / (pi x) */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function unitRows({ rows, columns, data }: Matrix): Matrix {
  const sums = Array.from({ length: rows }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value, 0),
  )
  return matrix(
    rows,
    columns,
    (row, column) => (data[row * columns + column] ?? 0) / (sums[row] ?? 1),
  )
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right)
}
