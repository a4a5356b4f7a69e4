/** Cuts the rows of a feature, which arrive in blocks, into overlapping windows. */
import type { FeatureBlock } from '../media/sound/index.js'

/** Successive rows. */
export interface Window {
  /** Seconds from the start of the recording. */
  readonly start: number
  readonly end: number
  readonly rows: readonly Float32Array[]
}

/** The number of rows in some seconds; at least one. */
const rowsIn = (seconds: number, { step }: { readonly step: number }): number =>
  Math.max(1, Math.round(seconds / step))

/**
 * Windows of `length` seconds every `step` seconds. The last one ends with the last row; if there
 * are too few rows for one window, all of them are one. Only the rows of one window are in memory.
 *
 * @param blocks of one feature, in order
 */
export async function* windowsOf(
  blocks: AsyncIterable<FeatureBlock>,
  length: number,
  step: number,
): AsyncGenerator<Window> {
  let kept: Float32Array[] = []
  let [first, total, next] = [0, 0, 0]
  let clock: { readonly time: number; readonly step: number } | undefined
  const cut = (begin: number, end: number): Window => {
    const { time = 0, step: row = 0 } = clock ?? {}
    return {
      start: Math.max(0, time + (begin - 0.5) * row),
      end: time + (end - 0.5) * row,
      rows: kept.slice(begin - first, end - first),
    }
  }
  for await (const block of blocks) {
    clock ??= { time: block.time, step: block.step }
    const [size, hop] = [rowsIn(length, block), rowsIn(step, block)]
    for (let row = 0; row < block.rows; row++) {
      kept.push(block.data.slice(row * block.width, (row + 1) * block.width))
      total++
      if (total - next < size) continue
      yield cut(next, total)
      next += hop
      // The last window is counted back from the end.
      const useless = total - size - first
      if (useless > 0) {
        kept = kept.slice(useless)
        first += useless
      }
    }
  }
  if (total === 0 || !clock) return
  const size = rowsIn(length, clock)
  const wholeEnd = next === 0 ? 0 : next - rowsIn(step, clock) + size
  if (total > wholeEnd) yield cut(Math.max(0, total - size), total)
}
