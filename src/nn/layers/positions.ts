/** Positional encodings: the position of a step, as a vector. */
import {
  add,
  cast,
  concat,
  cos,
  equal,
  multiply,
  not,
  pad,
  positions,
  reshape,
  sin,
  slice,
  stack,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'

/**
 * Sinusoidal positions (Vaswani et al., 2017, section 3.5): sines at even indices, cosines at odd
 * ones, of `position / 10000^(2i / width)`, positions counted from 0.
 *
 * @param input [batch, time, width]: gives the number of steps and the width
 * @returns [time, width], to add
 */
export function sinusoidalPositions(input: Tensor): Tensor {
  const width = Number(input.size(-1))
  const half = Math.ceil(width / 2)
  const rates = Array.from({ length: half }, (_, i) => 10_000 ** ((-2 * i) / width))
  const angles = anglesAt(input, 0, rates)
  const both = reshape(stack([sin(angles), cos(angles)], 2), [input.size(1), 2 * half])
  return slice(both, 1, 0, width)
}

/**
 * Sinusoidal positions as in fairseq and the published code of MulT: all sines, then all cosines,
 * of `position * 10000^(-i / (width / 2 - 1))`, positions counted from 1 (an odd width ends with a
 * 0). Steps whose first feature is exactly 0 count as padding and get zeros.
 *
 * @param input [batch, time, width]
 * @returns [batch, time, width], to add
 */
export function multPositions(input: Tensor): Tensor {
  const width = Number(input.size(-1))
  const half = Math.floor(width / 2)
  const rates = Array.from({ length: half }, (_, i) =>
    Math.exp((-i * Math.log(10_000)) / Math.max(half - 1, 1)),
  )
  const angles = anglesAt(input, 1, rates)
  const table = pad(concat([sin(angles), cos(angles)], 1), [0, 0], [0, width - 2 * half])
  const isStep = not(equal(slice(input, 2, 0, 1), 0))
  return multiply(unsqueeze(table, 0), cast(isStep, input.dataType))
}

/** [time, rates]: each position along axis 1 of `input`, counted from `first`, times each rate. */
function anglesAt(input: Tensor, first: number, rates: readonly number[]): Tensor {
  const { graph } = input
  const steps = cast(add(positions(input, 1), first), input.dataType)
  return multiply(unsqueeze(steps, 1), graph.constant(rates, [1, rates.length], input.dataType))
}
