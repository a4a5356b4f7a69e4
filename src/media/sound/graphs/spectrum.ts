/** Power spectra of frames, as products with matrices of cosines and sines. */
import {
  add,
  concat,
  gather,
  matmul,
  maximum,
  multiply,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../../graph/index.js'
import { elementOf, type Matrix, matrix } from '../numbers/matrix.js'
import { matrixConstant, vectorConstant } from './constants.js'

/** A power spectrum whose bins are in another order. */
export interface Spectrum {
  /** The bin at each position; bin k is the frequency k * rate / size. */
  readonly bins: readonly number[]
  /** [batch, frames, bins] */
  readonly power: Tensor
}

/** Shorter halves are not worth the operators of a further halving. */
const shortestHalf = 50

/**
 * Power spectra |sum over n of w(n) x(n) exp(-2 pi i k n / size)|^2, for k = 0 to size / 2.
 *
 * An even size is halved first, as in Cooley and Tukey's transform (decimation in frequency): even
 * bins are the spectrum of the sum of both halves, odd bins are products with their difference.
 * After three halvings, a frame of 400 takes a third of the multiplications of a plain product with
 * all cosines and sines.
 *
 * @param frames float32 [batch, frames, size]
 * @param window as long as a frame
 */
export function spectrumOf(frames: Tensor, window: ArrayLike<number>): Spectrum {
  const parts: Part[] = []
  let [rest, size, step] = [multiply(frames, vectorConstant(frames, window)), window.length, 1]
  while (size % 2 === 0 && size / 2 >= shortestHalf) {
    const half = size / 2
    const [left, right] = [slice(rest, 2, 0, half), slice(rest, 2, half)]
    const odd = Array.from({ length: Math.ceil(half / 2) }, (_, place) => 2 * place + 1)
    parts.push(transformed(subtract(left, right), odd, size, step))
    rest = add(left, right)
    size = half
    step *= 2
  }
  const all = Array.from({ length: Math.floor(size / 2) + 1 }, (_, bin) => bin)
  parts.push(transformed(rest, all, size, step))
  const [real, imaginary] = [
    concat(
      parts.map((part) => part.real),
      2,
    ),
    concat(
      parts.map((part) => part.imaginary),
      2,
    ),
  ]
  return {
    bins: parts.flatMap(({ bins }) => bins),
    power: add(square(real), square(imaginary)),
  }
}

interface Part {
  readonly bins: readonly number[]
  readonly real: Tensor
  readonly imaginary: Tensor
}

/** The bins `bins` of a transform of `size`; multiplied by `step`, they are bins of the whole. */
function transformed(values: Tensor, bins: readonly number[], size: number, step: number): Part {
  const product = (turn: (angle: number) => number) => {
    const table = matrix(values.fixedSize(2), bins.length, (n, column) => {
      // Subtracts whole turns from the angle, so that no digits are lost.
      return turn((2 * Math.PI * (((bins[column] ?? 0) * n) % size)) / size)
    })
    return matmul(values, matrixConstant(values, table))
  }
  return {
    bins: bins.map((bin) => bin * step),
    real: product(Math.cos),
    imaginary: product(Math.sin),
  }
}

/**
 * Weighted sums over the bins of a spectrum.
 *
 * @param weights [band, bin]
 * @param power 2 sums powers, 1 magnitudes
 * @returns [batch, frames, bands]
 */
export function bandSums(
  { bins, power: powers }: Spectrum,
  weights: Matrix,
  power: 1 | 2 = 2,
): Tensor {
  const table = matrix(bins.length, weights.rows, (row, band) =>
    elementOf(weights, band, bins[row] ?? 0),
  )
  // The square root has no gradient at 0.
  const addends = power === 2 ? powers : sqrt(maximum(powers, 1e-30))
  return matmul(addends, matrixConstant(powers, table))
}

/**
 * The power spectrum of frames, by bins.
 *
 * @param frames float32 [batch, frames, size]
 * @param window as long as a frame
 * @returns [batch, frames, floor(size / 2) + 1]
 */
export function powerSpectrum(frames: Tensor, window: ArrayLike<number>): Tensor {
  return binsInOrder(spectrumOf(frames, window))
}

/** The power of a spectrum with bins in the order of frequency, [batch, frames, bins]. */
export function binsInOrder({ bins, power }: Spectrum): Tensor {
  const places = bins.map((_, bin) => bins.indexOf(bin))
  return gather(power, power.graph.constant(places, [places.length], 'int64'), 2)
}
