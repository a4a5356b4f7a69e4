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

/** What powers are held against, and how far down they go. */
export interface DecibelSettings {
  /** The power of 0 dB. */
  readonly reference: number
  /** Powers below count as this one. */
  readonly least: number
  /** How many decibels below the loudest of the whole sound values may be; `null`: any. */
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
  const offset = perNeper * Math.log(Math.max(least, reference))
  const scaled = (values: Tensor) =>
    subtract(multiply(log(maximum(values, least)), perNeper), offset)
  if (range === null) return scaled(power)
  const batch = power.size(0)
  const loudest = scaled(reshape(peak ?? largestPower(power), [batch, 1, 1]))
  return maximum(scaled(power), subtract(loudest, range))
}

/** The largest power of each sound, [batch]. @param power float32 [batch, frames, bands], not empty */
export function largestPower(power: Tensor): Tensor {
  const [batch, frames, bands] = power.axes('batch', 'frames', 'bands')
  const flat = reshape(power, [batch, multiplyDimensions([frames, bands])])
  return reshape(topK(flat, 1).values, [batch])
}
