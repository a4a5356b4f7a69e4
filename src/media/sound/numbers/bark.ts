/** Critical bands of hearing (Bark), and the division of a spectrum's bins among them. */
import { type Matrix, matrix } from './matrix.js'

/** Edges of the 24 critical bands in Hz (Zwicker 1961, table I). */
export const barkEdges: readonly number[] = [
  ...[0, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150],
  ...[3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500],
]

/**
 * The number of critical bands that start below half the rate (Hz): 22 at 16 kHz, 24 from 24 kHz
 * on.
 */
export function barkBandCount(rate: number): number {
  return barkEdges.slice(0, -1).filter((edge) => edge < rate / 2).length
}

/**
 * The fraction of each bin in each band, [band, bin]. A bin represents the frequencies within half
 * a bin on both sides, from 0 Hz to half the rate, and is divided among bands by overlap. The bands
 * of a spectrum up to 15.5 kHz thus add up to all of it.
 *
 * @param rate samples per second (Hz)
 * @param size samples per transform
 */
export function barkFilters(rate: number, size: number): Matrix {
  const width = rate / size
  return matrix(barkBandCount(rate), Math.floor(size / 2) + 1, (band, bin) => {
    const low = Math.max(0, (bin - 0.5) * width)
    const high = Math.min(rate / 2, (bin + 0.5) * width)
    const [from = 0, to = 0] = barkEdges.slice(band, band + 2)
    return Math.max(0, Math.min(high, to) - Math.max(low, from)) / (high - low)
  })
}
