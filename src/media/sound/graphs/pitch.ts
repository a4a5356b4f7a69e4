/** Pitch and voicing of frames by autocorrelation (Boersma 1993). */
import {
  add,
  and,
  cast,
  concat,
  divide,
  gatherElements,
  greater,
  greaterOrEqual,
  maximum,
  minimum,
  multiply,
  pad,
  reduceMean,
  slice,
  square,
  subtract,
  type Tensor,
  topK,
  where,
} from '../../../graph/index.js'
import { matrix } from '../numbers/matrix.js'
import { periodicWindow } from '../numbers/windows.js'
import { vectorConstant } from './constants.js'
import { bandSums, spectrumOf } from './spectrum.js'

/** The range of pitch, and the thresholds of voicing. */
export interface PitchSettings {
  /** Samples per second (Hz). */
  readonly rate: number
  /** The lowest and highest pitch, in Hz. */
  readonly lowest: number
  readonly highest: number
  /** The least autocorrelation (0 to 1) of a voiced frame. */
  readonly voicing: number
  /** The least level of a voiced frame (dB, full scale 0). */
  readonly silence: number
  /** The bonus of a candidate for each octave above the lowest pitch. */
  readonly octaveCost: number
}

/**
 * Pitch and voicing: the highest local maximum of the frame's autocorrelation divided by the
 * window's, with position and height from the parabola through it and its neighbours (P. Boersma,
 * Accurate short-term analysis of the fundamental frequency, IFA Proceedings 17, 1993, steps 3.2 to
 * 3.4; without the path through several frames).
 *
 * @param frames float32 [batch, frames, size], at least three periods of the lowest pitch long
 * @returns [batch, frames, 2]: the pitch in Hz, 0 if the frame is not voiced, and the
 * autocorrelation at it, from 0 (noise) to 1 (periodic)
 */
export function pitchOfFrames(frames: Tensor, settings: PitchSettings): Tensor {
  const { rate, lowest, highest, voicing, silence, octaveCost } = settings
  const size = frames.fixedSize(2)
  const first = Math.max(2, Math.floor(rate / highest))
  const last = Math.ceil(rate / lowest)
  // One more lag on each side, for neighbours, with lag 0 in front.
  const lags = [0, ...Array.from({ length: last - first + 3 }, (_, place) => first - 1 + place)]
  const centred = subtract(frames, reduceMean(frames, [2], true))
  const correlation = autocorrelation(centred, lags)
  const inner = slice(correlation, 2, 1)
  const relative = divide(inner, maximum(slice(correlation, 2, 0, 1), 1e-20))
  const heights = multiply(relative, vectorConstant(frames, windowCorrection(size, lags.slice(1))))

  const [before, at, after] = [
    slice(heights, 2, 0, -2),
    slice(heights, 2, 1, -1),
    slice(heights, 2, 2),
  ]
  const costs = lags.slice(2, -1).map((lag) => -octaveCost * Math.log2((lowest * lag) / rate))
  const isPeak = and(greater(at, before), greaterOrEqual(at, after))
  const { indices } = topK(where(isPeak, add(at, vectorConstant(frames, costs)), -10), 1, {
    axis: 2,
  })
  const [left, middle, right] = [before, at, after].map((values) =>
    gatherElements(values, indices, 2),
  )
  if (!left || !middle || !right) return heights
  const bend = minimum(add(left, subtract(right, multiply(middle, 2))), -1e-9)
  const offset = multiply(divide(subtract(left, right), bend), 0.5)
  const height = subtract(middle, multiply(multiply(subtract(left, right), offset), 0.25))
  const lag = add(add(cast(indices, 'float32'), offset), first)
  const loud = greater(reduceMean(square(frames), [2], true), 10 ** (silence / 10))
  const found = gatherElements(cast(isPeak, 'float32'), indices, 2)
  const strength = multiply(minimum(maximum(height, 0), 1), found)
  const isVoiced = and(loud, greater(strength, voicing))
  return concat([where(isVoiced, divide(rate, lag), 0), strength], 2)
}

/** Autocorrelation of windowed frames at some lags, by the inverse transform of the power spectrum. */
function autocorrelation(frames: Tensor, lags: readonly number[]): Tensor {
  const size = frames.fixedSize(2)
  const length = transformLength(size + Math.max(...lags))
  const padded = pad(frames, [0, 0, 0], [0, 0, length - size])
  const window = new Float64Array(length)
  window.set(periodicWindow('hann', size))
  const inverse = matrix(lags.length, length / 2 + 1, (row, bin) => {
    const both = bin === 0 || bin === length / 2 ? 1 : 2
    return (both * Math.cos((2 * Math.PI * (((lags[row] ?? 0) * bin) % length)) / length)) / length
  })
  return bandSums(spectrumOf(padded, window), inverse)
}

/** The autocorrelation of the window at lag 0 divided by that at each lag. */
function windowCorrection(size: number, lags: readonly number[]): number[] {
  const window = periodicWindow('hann', size)
  const at = (lag: number) =>
    window.subarray(lag).reduce((sum, value, n) => sum + value * (window[n] ?? 0), 0)
  const whole = at(0)
  return lags.map((lag) => whole / at(lag))
}

/** The next power of two. */
function transformLength(least: number): number {
  return 2 ** Math.ceil(Math.log2(least))
}
