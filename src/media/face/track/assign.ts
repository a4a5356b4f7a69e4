/** Assigns faces to people, who keep their number from frame to frame. */
import { areaOf, type Box, centreOf, overlapOf } from '../box.js'

/** Boxes with less overlap than this may still be the same face, if they are close. */
const leastOverlap = 0.3

/**
 * Pairs old boxes with new ones, the best pair first: by overlap, then by the distance of their centres, if it
 * is less than half a side and the areas differ less than four times.
 *
 * @returns for each new box the position of an old one, each at most once; undefined for a new person
 */
export function assign(before: readonly Box[], now: readonly Box[]): (number | undefined)[] {
  const pairs = before.flatMap((old, from) =>
    now.map((box, to) => ({ from, to, likeness: likenessOf(old, box) })),
  )
  const owner: (number | undefined)[] = now.map(() => undefined)
  const taken = new Set<number>()
  for (const { from, to, likeness } of pairs.sort((one, two) => two.likeness - one.likeness)) {
    if (likeness <= 0 || taken.has(from) || owner[to] !== undefined) continue
    owner[to] = from
    taken.add(from)
  }
  return owner
}

/** Above 1 for boxes that overlap, between 0 and 1 for close ones, 0 for different people. */
function likenessOf(one: Box, other: Box): number {
  const overlap = overlapOf(one, other)
  if (overlap >= leastOverlap) return 1 + overlap
  const [here, there] = [centreOf(one), centreOf(other)]
  const side = Math.sqrt(Math.max(Math.min(areaOf(one), areaOf(other)), 0))
  const ratio = areaOf(one) / areaOf(other)
  const distance = Math.hypot(here.x - there.x, here.y - there.y)
  return ratio > 0.25 && ratio < 4 && side > 0 ? Math.max(1 - distance / (side / 2), 0) : 0
}
