/** Resizing as weighted sums along one axis after the other. */

/** The weights of successive pixels that one pixel of the result sums along an axis. */
export interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/**
 * Weighted sums over columns, then rows.
 *
 * @param planes `channels` planes of `width` columns, row by row
 * @param between applied to each result of the first pass, if given
 */
export function applyTaps(
  planes: ArrayLike<number>,
  { width, height, channels }: { width: number; height: number; channels: number },
  [across, down]: readonly [readonly Taps[], readonly Taps[]],
  between: (value: number) => number = (value) => value,
): Float32Array {
  const rows = new Float64Array(channels * height * across.length)
  let to = 0
  for (let row = 0; row < channels * height; row++) {
    for (const { first, weights } of across) {
      let sum = 0
      for (let tap = 0; tap < weights.length; tap++) {
        sum += (weights[tap] ?? 0) * (planes[row * width + first + tap] ?? 0)
      }
      rows[to++] = between(sum)
    }
  }
  const result = new Float32Array(channels * down.length * across.length)
  to = 0
  for (let channel = 0; channel < channels; channel++) {
    for (const { first, weights } of down) {
      for (let column = 0; column < across.length; column++) {
        let sum = 0
        for (let tap = 0; tap < weights.length; tap++) {
          const row = channel * height + first + tap
          sum += (weights[tap] ?? 0) * (rows[row * across.length + column] ?? 0)
        }
        result[to++] = sum
      }
    }
  }
  return result
}
