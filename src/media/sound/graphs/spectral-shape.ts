/** Describes the shape of the spectrum of each window. */
import {
  cast,
  concat,
  cumulativeSum,
  divide,
  exp,
  less,
  log,
  matmul,
  maximum,
  multiply,
  reduceMean,
  reduceSum,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
  topK,
} from '../../../graph/index.js'
import { matrix } from '../numbers/matrix.js'
import { matrixConstant, vectorConstant } from './constants.js'
import { decibels } from './decibels.js'

/** The columns of `spectralShape`, in order. */
export const shapeNames = [
  ...['centroid', 'spread', 'skewness', 'kurtosis', 'rolloff', 'flatness', 'crest', 'entropy'],
  ...['slopeTo500', 'slopeTo1500', 'alphaRatio', 'hammarberg'],
] as const

/** Smaller powers are raised to this one, as in `decibels`. */
const least = 1e-10
const inDecibels = (power: Tensor) => decibels(power, { reference: 1, least, range: null })

/**
 * The shape of power spectra. A silent spectrum has the values in brackets.
 *
 * - `centroid`, `spread` (Hz), `skewness`, `kurtosis`: mean, deviation and standardised third and fourth
 *   moment of frequency, weighted by power (Peeters 2004, A large set of audio features, 6.1); a spread is at
 *   least 1 Hz (0)
 * - `rolloff` (Hz): the lowest bin up to which 85 % of the power lies (0)
 * - `flatness`: geometric by arithmetic mean of the power (1); `crest`: largest by mean power (0);
 *   `entropy`: of power as a distribution over the bins, by that of equal powers (0)
 * - `slopeTo500`, `slopeTo1500` (dB per kHz): of the straight line through the decibels from 0 to 500 and from
 *   500 to 1500 Hz; `alphaRatio` (dB): power from 50 Hz to 1 kHz by that from 1 to 5 kHz; `hammarberg` (dB):
 *   strongest bin to 2 kHz by strongest from 2 to 5 kHz (Eyben et al. 2016, GeMAPS) (0)
 *
 * @param power float32 [rows, windows, bins]: bin k is the frequency k * rate / size, up to 5 kHz or more
 * @returns [rows, windows, 12]
 */
export function spectralShape(
  power: Tensor,
  { rate, size }: { rate: number; size: number },
): Tensor {
  const bins = power.fixedSize(2)
  const frequencies = Float64Array.from({ length: bins }, (_, bin) => (bin * rate) / size)
  const all = maximum(reduceSum(power, [2], true), 1e-20)
  const shares = divide(power, all)
  const levels = inDecibels(power)
  const strongest = (values: Tensor) => topK(values, 1).values
  const within = (values: Tensor, from: number, to: number) => {
    const [first, end] = [Math.ceil((from * size) / rate), Math.floor((to * size) / rate) + 1]
    return slice(values, 2, first, Math.min(end, bins))
  }
  const sumOf = (from: number, to: number) => reduceSum(within(power, from, to), [2], true)
  const floored = maximum(power, least)
  const below = cast(less(cumulativeSum(power, 2), multiply(all, 0.85)), 'float32')
  const heard = cast(less(1e-19, all), 'float32')
  return concat(
    [
      ...moments(shares, frequencies),
      multiply(multiply(reduceSum(below, [2], true), heard), rate / size),
      divide(exp(reduceMean(log(floored), [2], true)), reduceMean(floored, [2], true)),
      multiply(strongest(shares), bins),
      multiply(
        reduceSum(multiply(shares, log(maximum(shares, 1e-20))), [2], true),
        -1 / Math.log(bins),
      ),
      slope(levels, frequencies, 0, 500),
      slope(levels, frequencies, 500, 1500),
      subtract(inDecibels(sumOf(50, 1000)), inDecibels(sumOf(1000, 5000))),
      subtract(strongest(within(levels, 0, 2000)), strongest(within(levels, 2000, 5000))),
    ],
    2,
  )
}

/**
 * Mean, deviation and the standardised third and fourth moments of a distribution over frequencies
 * (Hz).
 */
function moments(shares: Tensor, frequencies: Float64Array): Tensor[] {
  // In kHz, so that fourth powers stay small.
  const kilohertz = frequencies.map((hertz) => hertz / 1000)
  const column = matrix(kilohertz.length, 1, (bin) => kilohertz[bin] ?? 0)
  const centre = matmul(shares, matrixConstant(shares, column))
  const apart = subtract(vectorConstant(shares, kilohertz), centre)
  const squares = square(apart)
  const moment = (powers: Tensor) => reduceSum(multiply(powers, shares), [2], true)
  // A spread of less than 1 Hz counts as 0.
  const second = maximum(moment(squares), 1e-6)
  return [
    multiply(centre, 1000),
    multiply(sqrt(second), 1000),
    divide(moment(multiply(squares, apart)), multiply(second, sqrt(second))),
    divide(moment(square(squares)), square(second)),
  ]
}

/** The slope of the straight line through levels at some frequencies (Hz), per kHz. */
function slope(levels: Tensor, frequencies: Float64Array, from: number, to: number): Tensor {
  const inside = frequencies.filter((hertz) => hertz >= from && hertz <= to)
  const mean = inside.reduce((sum, hertz) => sum + hertz, 0) / inside.length
  const scale = inside.reduce((sum, hertz) => sum + (hertz - mean) ** 2, 0)
  const weights = matrix(frequencies.length, 1, (bin) => {
    const hertz = frequencies[bin] ?? 0
    return hertz >= from && hertz <= to ? (1000 * (hertz - mean)) / scale : 0
  })
  return matmul(levels, matrixConstant(levels, weights))
}

/**
 * How much a spectrum differs from the previous one: the distance between both amplitude spectra,
 * each normalised to length 1 (Lerch 2012, 3.3.2), from 0 to sqrt(2).
 *
 * @param power float32 [rows, windows, bins], at least two windows
 * @returns [rows, windows - 1, 1]
 */
export function spectralFlux(power: Tensor): Tensor {
  const length = sqrt(maximum(reduceSum(power, [2], true), 1e-20))
  const scaled = divide(sqrt(maximum(power, 1e-24)), length)
  const change = subtract(slice(scaled, 1, 1), slice(scaled, 1, 0, -1))
  return sqrt(maximum(reduceSum(square(change), [2], true), 1e-20))
}
