/** Random programs of elementwise, reducing and moving operators, forward and backward. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import {
  add,
  concat,
  cumulativeSum,
  type Dimension,
  divide,
  exp,
  expand,
  logSoftmax,
  maximum,
  multiply,
  multiplyDimensions,
  pad,
  reduceMean,
  reduceSum,
  reshape,
  reverse,
  type Shape,
  sigmoid,
  slice,
  softmax,
  split,
  square,
  squeeze,
  stack,
  subtract,
  type Tensor,
  tanh,
  transpose,
  unsqueeze,
  variance,
} from '../../src/graph/index.js'
import { checkGradient } from '../support/gradients/index.js'

/** One step of a program: makes a tensor of the last one and another, steered by three numbers. */
type Step = (x: Tensor, other: Tensor, choice: readonly [number, number, number]) => Tensor

const axisOf = (x: Tensor, choice: number) => choice % x.rank
const hasAxes = (x: Tensor) => x.rank > 0

/** Makes the other operand's shape one that broadcasts, by summing what does not fit. */
function fitted(x: Tensor, other: Tensor): Tensor {
  let result = other
  for (let back = 1; back <= Math.min(x.rank, result.rank); back++) {
    const [own, foreign] = [x.size(-back), result.size(-back)]
    if (own !== foreign && own !== 1 && foreign !== 1) result = reduceSum(result, -back, true)
  }
  return tanh(result)
}

const onAxis =
  (apply: (x: Tensor, axis: number, choice: readonly [number, number, number]) => Tensor): Step =>
  (x, _, choice) =>
    hasAxes(x) ? apply(x, axisOf(x, choice[0]), choice) : x

const steps: Readonly<Record<string, Step>> = {
  add: (x, other) => add(x, fitted(x, other)),
  subtract: (x, other) => subtract(fitted(x, other), x),
  multiply: (x, other) => multiply(x, fitted(x, other)),
  divide: (x, other) => divide(x, add(square(fitted(x, other)), 1)),
  maximum: (x, other) => maximum(fitted(x, other), x),
  tanh: (x) => tanh(x),
  exp: (x) => exp(tanh(x)),
  sigmoid: (x) => sigmoid(x),
  softmax: onAxis((x, axis) => softmax(x, axis)),
  logSoftmax: onAxis((x, axis) => logSoftmax(tanh(x), axis)),
  sum: onAxis((x, axis, [, keep]) => tanh(reduceSum(x, axis, keep % 2 === 0))),
  mean: onAxis((x, axis, [, keep]) => reduceMean(x, axis, keep % 2 === 0)),
  variance: onAxis((x, axis) => variance(x, axis, { keep: true })),
  cumulativeSum: onAxis((x, axis, [, exclusive, back]) =>
    cumulativeSum(tanh(x), axis, { exclusive: exclusive % 2 === 0, reverse: back % 2 === 0 }),
  ),
  transpose: onAxis((x, axis) =>
    transpose(
      x,
      x.shape.map((_, place) => (place + axis) % x.rank),
    ),
  ),
  flatten: onAxis((x, axis) =>
    reshape(x, [multiplyDimensions(x.shape.slice(0, axis + 1)), ...x.shape.slice(axis + 1)]),
  ),
  unsqueeze: (x, _, [place]) => (x.rank < 4 ? unsqueeze(x, place % (x.rank + 1)) : x),
  squeeze: (x) => {
    const axis = x.shape.indexOf(1)
    return axis < 0 ? x : squeeze(x, axis)
  },
  expand: (x, other) => {
    const target = x.shape.map(
      (size, axis): Dimension => (size === 1 ? (other.shape[axis] ?? 2) : size),
    )
    return expand(x, target)
  },
  slice: onAxis((x, axis, [, from]) => {
    const size = x.size(axis)
    return typeof size === 'number' && size < 2
      ? x
      : pad(
          slice(x, axis, 0, -1),
          x.shape.map((_, other) => (other === axis && from % 2 === 0 ? 1 : 0)),
          x.shape.map(() => 0),
        )
  }),
  pad: onAxis((x, axis, [, before, after]) =>
    pad(
      x,
      x.shape.map((_, other) => (other === axis ? before % 3 : 0)),
      x.shape.map((_, other) => (other === axis ? after % 2 : 0)),
      0.5,
    ),
  ),
  concat: onAxis((x, axis) => concat([x, tanh(x), reverse(x, axis)], axis)),
  stack: (x, _, [place]) =>
    x.rank < 3 ? reduceSum(stack([x, square(tanh(x))], place % (x.rank + 1)), -1) : x,
  split: onAxis((x, axis) => {
    const [first, second] = split(
      concat([x, exp(tanh(x))], axis),
      [x.size(axis), x.size(axis)],
      axis,
    )
    return multiply(tanh(first as Tensor), second as Tensor)
  }),
  reverse: onAxis((x, axis) => reverse(x, axis)),
}

const dimension = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom('batch', 'time'))
const shape: fc.Arbitrary<Shape> = fc.array(dimension, { maxLength: 3 })
const number = fc.nat({ max: 11 })
const program = fc.record({
  shapes: fc.tuple(shape, shape),
  steps: fc.array(
    fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.tuple(number, number, number)),
    {
      minLength: 1,
      maxLength: 7,
    },
  ),
  batch: fc.integer({ min: 2, max: 3 }),
  time: fc.integer({ min: 2, max: 4 }),
})

describe('random programs', () => {
  test('agree with the reference, and their gradients with its differences', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ shapes: [x, y], steps: chosen, batch, time }) => {
        await checkGradient(
          (operands) => {
            const other = operands.y as Tensor
            return chosen.reduce<Tensor>(
              (last, [name, choice]) => (steps[name] as Step)(last, other, choice),
              operands.x as Tensor,
            )
          },
          { x, y },
          { sizes: { batch, time }, tolerance: 1e-8 },
        )
      }),
      { numRuns: 600, seed: 2024 },
    )
  })
})
