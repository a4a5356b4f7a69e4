/** Resamples sequences to another number of steps over the same time. */
import {
  add,
  cast,
  divide,
  matmul,
  maximum,
  minimum,
  multiply,
  positions,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'

/**
 * Resamples a sequence to `counts` steps, each the average over its share of the time: step i of n
 * covers the sample from i / n to (i + 1) / n, and weights each input step by its overlap. With an
 * unchanged number of steps it is the input itself.
 *
 * @param input [batch, time of the input, width]
 * @param lengths int64 [batch]
 * @param like [batch, time, any]: gives the number of padded steps
 * @param counts int64 [batch]: the number of steps to produce
 * @returns [batch, time, width], zeros for a sequence without steps; steps after `counts` are
 * meaningless
 */
export function resampleSteps(
  input: Tensor,
  lengths: Tensor,
  like: Tensor,
  counts: Tensor,
): Tensor {
  const { dataType } = input
  const from = unsqueeze(unsqueeze(positions(input, 1), 0), 0)
  const to = unsqueeze(unsqueeze(positions(like, 1), 0), 2)
  const [old, next] = [unsqueeze(lengths, [1, 2]), unsqueeze(counts, [1, 2])]
  // Integers, in units of 1 / (old steps * new steps), make equal edges compare equal.
  const end = minimum(multiply(add(from, 1), next), multiply(add(to, 1), old))
  const start = maximum(multiply(from, next), multiply(to, old))
  const overlap = cast(maximum(subtract(end, start), 0), dataType)
  // Padded input steps lie after the last edge of any step that counts.
  return matmul(divide(overlap, cast(maximum(old, 1), dataType)), input)
}
