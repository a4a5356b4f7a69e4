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

/** Some bins of a power spectrum. */
export interface SpectrumPart {
  /** Their numbers, ascending: bin k is the frequency k * rate / size. */
  readonly bins: readonly number[]
  /** [batch, frames, bins] */
  readonly power: Tensor
}

/** Halves shorter than this are not worth the operators that a further halving takes. */
const shortestHalf = 50

/**
 * Power spectra |sum over n of w(n) x(n) exp(-2 pi i k n / size)|^2, for k = 0 to size / 2, in parts.
 *
 * An even size is halved first, as in Cooley and Tukey's transform (decimation in frequency): even bins are
 * the spectrum of the sum of both halves, odd bins are products with their difference. Each time a quarter of
 * the multiplications stays undone, and a frame of 400 takes a third of a plain product with all cosines and
 * sines, in three steps.
 *
 * @param frames float32 [batch, frames, size]
 * @param window as many numbers as a frame
 */
export function spectrumParts(frames: Tensor, window: ArrayLike<number>): readonly SpectrumPart[] {
  const parts: SpectrumPart[] = []
  let [rest, size, step] = [multiply(frames, vectorConstant(frames, window)), window.length, 1]
  while (size % 2 === 0 && size / 2 >= shortestHalf) {
    const half = size / 2
    const [left, right] = [slice(rest, 2, 0, half), slice(rest, 2, half)]
    const odd = Array.from({ length: Math.ceil(half / 2) }, (_, place) => 2 * place + 1)
    parts.push(part(subtract(left, right), odd, size, step))
    rest = add(left, right)
    size = half
    step *= 2
  }
  const all = Array.from({ length: Math.floor(size / 2) + 1 }, (_, bin) => bin)
  parts.push(part(rest, all, size, step))
  return parts
}

/** Bins `bins` of a transform of `size`, which are `step` times as many of the whole. */
function part(values: Tensor, bins: readonly number[], size: number, step: number): SpectrumPart {
  const turned = (turn: (angle: number) => number) => {
    const table = matrix(values.fixedSize(2), bins.length, (n, column) => {
      // The angle of a whole number of turns less, so that no digits are lost.
      return turn((2 * Math.PI * (((bins[column] ?? 0) * n) % size)) / size)
    })
    return square(matmul(values, matrixConstant(values, table)))
  }
  return { bins: bins.map((bin) => bin * step), power: add(turned(Math.cos), turned(Math.sin)) }
}

/**
 * Weighted sums over the bins of a spectrum.
 *
 * @param weights [band, bin]
 * @param power 2 sums powers, 1 magnitudes
 * @returns [batch, frames, bands]
 */
export function bandSums(
  parts: readonly SpectrumPart[],
  weights: Matrix,
  power: 1 | 2 = 2,
): Tensor {
  const sums = parts.map(({ bins, power: values }) => {
    const table = matrix(bins.length, weights.rows, (row, band) =>
      elementOf(weights, band, bins[row] ?? 0),
    )
    const addends = power === 2 ? values : magnitude(values)
    return matmul(addends, matrixConstant(values, table))
  })
  return sums.reduce((sum, next) => add(sum, next))
}

/** The root of a power; its slope at 0 is finite. */
function magnitude(power: Tensor): Tensor {
  return sqrt(maximum(power, 1e-30))
}

/**
 * The power spectrum of frames, by bins.
 *
 * @param frames float32 [batch, frames, size]
 * @param window as many numbers as a frame
 * @returns [batch, frames, floor(size / 2) + 1]
 */
export function powerSpectrum(frames: Tensor, window: ArrayLike<number>): Tensor {
  const parts = spectrumParts(frames, window)
  const order = parts.flatMap(({ bins }) => bins)
  const places = order.map((_, bin) => order.indexOf(bin))
  const together = concat(
    parts.map(({ power }) => power),
    2,
  )
  return gather(together, frames.graph.constant(places, [places.length], 'int64'), 2)
}
