/** Decibels, as librosa's `power_to_db`. */
import {
  log,
  maximum,
  multiply,
  multiplyDimensions,
  reshape,
  subtract,
  type Tensor,
  topK,
} from '../../../graph/index.js'

/** The reference of decibels, and their range. */
export interface DecibelSettings {
  /** The power of 0 dB. */
  readonly reference: number
  /** Smaller powers are raised to this one. */
  readonly least: number
  /** The most decibels below the loudest of the whole sound; `null` for no limit. */
  readonly range: number | null
}

const perNeper = 10 / Math.LN10

/**
 * 10 log10(max(power, least) / reference), and no lower than `range` below the largest.
 *
 * @param power float32 [batch, frames, bands]
 * @param peak float32 [batch]: the largest power of the whole sound, where `power` is a part of it
 */
export function decibels(
  power: Tensor,
  { reference, least, range }: DecibelSettings,
  peak?: Tensor,
): Tensor {
  const loudest = range === null ? undefined : (peak ?? largestPower(power))
  // Values more than `range` below the loudest are raised before the logarithm, which saves a pass.
  const lowest =
    loudest && range !== null
      ? maximum(multiply(reshape(loudest, [power.size(0), 1, 1]), 10 ** (-range / 10)), least)
      : least
  const values = multiply(log(maximum(power, lowest)), perNeper)
  const offset = 10 * Math.log10(Math.max(least, reference))
  return offset === 0 ? values : subtract(values, offset)
}

/** The largest power of each sound, [batch]. @param power float32 [batch, frames, bands], not empty */
export function largestPower(power: Tensor): Tensor {
  const [batch, frames, bands] = power.axes('batch', 'frames', 'bands')
  const flat = reshape(power, [batch, multiplyDimensions([frames, bands])])
  return reshape(topK(flat, 1).values, [batch])
}
