/** Resamples sound by strided convolutions with a windowed sinc. */
import {
  addDimensions,
  concat,
  convolution,
  type Dimension,
  floorDivideDimension,
  multiplyDimensions,
  pad,
  reshape,
  subtractDimensions,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../../graph/index.js'
import { kaiserBest, type SincPeriod, type SincSettings, sincPeriod } from '../numbers/sinc.js'

/**
 * A waveform at another rate. Outside its ends it is zero.
 *
 * @param waveform float32 [batch, samples] at `from` samples per second
 * @param from in Hz, an integer
 * @param to in Hz, an integer
 * @param filter default: `kaiserBest`
 * @returns [batch, ceil(samples * to / from)]; sample j is at j / to seconds
 * @throws LimbicError for invalid rates
 */
export function resample(
  waveform: Tensor,
  from: number,
  to: number,
  filter: SincSettings = kaiserBest,
): Tensor {
  if (from === to) return waveform
  const period = sincPeriod(from, to, filter)
  const [, samples] = waveform.axes('batch', 'samples')
  const { inputs, outputs, reach, span } = period
  const periods = ceilDivide(samples, inputs)
  const needed = addDimensions(multiplyDimensions([addDimensions(periods, -1), inputs]), span)
  const after = subtractDimensions(needed, addDimensions(samples, reach))
  const all = resamplePeriods(pad(waveform, [0, reach], [0, after]), period, periods)
  const wanted = ceilDivide(multiplyDimensions([samples, outputs]), inputs)
  return pad(all, [0, 0], [0, subtractDimensions(wanted, all.size(1))])
}

function ceilDivide(size: Dimension, divisor: number): Dimension {
  return floorDivideDimension(addDimensions(size, divisor - 1), divisor)
}

/**
 * The output of a resampler for whole periods.
 *
 * @param waveform float32 [batch, (periods - 1) * inputs + span], from `reach` samples before the first on
 * @returns [batch, periods * outputs]
 */
export function resamplePeriods(waveform: Tensor, period: SincPeriod, periods: Dimension): Tensor {
  const { inputs, outputs, span } = period
  const channel = unsqueeze(waveform, 1)
  const tiles = period.tiles.map(({ start, kernel: { rows, columns, data } }) => {
    const weight = waveform.graph.constant(data, [rows, 1, columns], 'float32')
    const part = pad(channel, [0, 0, -start], [0, 0, start + columns - span])
    return convolution(part, weight, { stride: inputs })
  })
  const together = transpose(concat(tiles, 1), [0, 2, 1])
  return reshape(together, [waveform.size(0), multiplyDimensions([periods, outputs])])
}
