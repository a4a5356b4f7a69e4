/** Sequences with another number of steps, over the same time. */
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
 * A sequence with as many steps as another count has, each the average of what happened in its
 * share of the time: step i of n covers the time from i / n to (i + 1) / n of the sample, whatever
 * the sequence, and takes each of the input's steps by how much of that time it fills. With as many
 * steps as before it is the input itself.
 *
 * @param input [batch, time of the input, width]
 * @param lengths int64 [batch]
 * @param like [batch, time, any]: where the number of padded steps comes from
 * @param counts int64 [batch]: how many steps there are to be
 * @returns [batch, time, width], zeros of a sequence without steps; steps from `counts` on mean nothing
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
  // In whole numbers, in units of 1 / (old steps * new steps), equal edges are equal.
  const end = minimum(multiply(add(from, 1), next), multiply(add(to, 1), old))
  const start = maximum(multiply(from, next), multiply(to, old))
  const overlap = cast(maximum(subtract(end, start), 0), dataType)
  // Steps of the input after its end lie after the last edge of any step that counts.
  return matmul(divide(overlap, cast(maximum(old, 1), dataType)), input)
}
