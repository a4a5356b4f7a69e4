/** Nucleus selection: the fewest positions that together hold a given share of the attention. */
import {
  and,
  cast,
  concat,
  cumulativeSum,
  equal,
  expand,
  greater,
  less,
  or,
  positions,
  scatterAdd,
  slice,
  type Tensor,
  topK,
  unsqueeze,
  zerosLike,
} from '../../graph/index.js'

/**
 * The smallest set of candidates, taken by falling weight, whose weights add up to at least `share`
 * (Holtzman et al., 2020, section 3.1; the MESM document, equation 3). A share of 1 selects every
 * candidate, regardless of rounding; a share of 0 selects the best one. No gradient passes.
 *
 * @param weights [maps, positions]: adding up to 1 over the candidates of a map, 0 elsewhere
 * @param candidates bool [maps, positions]
 * @returns bool [maps, positions]
 */
export function nucleus(weights: Tensor, candidates: Tensor, share: number): Tensor {
  if (share >= 1) return candidates
  const count = weights.fixedSize(1)
  // TopK of ONNX Runtime crashes on an empty tensor, so a blank map is added.
  const blank = expand(weights.graph.scalar(0, weights.dataType), [1, count])
  const { values, indices } = topK(concat([weights, blank], 0), count, { axis: 1 })
  const before = cumulativeSum(values, 1, { exclusive: true })
  const first = equal(unsqueeze(positions(values, 1), 0), 0)
  const kept = cast(or(less(before, share), first), 'int64')
  const placed = scatterAdd(zerosLike(kept), indices, kept, 1)
  return and(greater(slice(placed, 0, 0, -1), 0), candidates)
}
