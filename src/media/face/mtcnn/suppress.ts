/** Non-maximum suppression: of overlapping boxes, the one with the highest score stays. */
import type { ScoredBox } from '../box.js'

/**
 * How overlap is measured: the intersection divided by the union (torchvision's `nms`), or by the
 * smaller box, the last pixel included (`nms_numpy` of facenet-pytorch, method `Min`).
 */
export type OverlapMeasure = 'union' | 'minimum'

/**
 * The boxes that stay, highest score first; of equal scores, the earlier one first.
 *
 * @param most overlap above this removes the lower score
 */
export function suppress<Kind extends ScoredBox>(
  boxes: readonly Kind[],
  most: number,
  measure: OverlapMeasure = 'union',
): Kind[] {
  const extra = measure === 'minimum' ? 1 : 0
  const sorted = [...boxes].sort((one, other) => other.score - one.score)
  const areas = sorted.map((box) => (box.right - box.left + extra) * (box.bottom - box.top + extra))
  const gone = new Uint8Array(sorted.length)
  return sorted.filter((box, place) => {
    if (gone[place]) return false
    const area = areas[place] ?? 0
    for (let next = place + 1; next < sorted.length; next++) {
      const other = sorted[next]
      if (gone[next] || !other) continue
      const width = Math.min(box.right, other.right) - Math.max(box.left, other.left) + extra
      const height = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) + extra
      if (width <= 0 || height <= 0) continue
      const shared = width * height
      const otherArea = areas[next] ?? 0
      const whole = measure === 'union' ? area + otherArea - shared : Math.min(area, otherArea)
      if (shared / whole > most) gone[next] = 1
    }
    return true
  })
}
