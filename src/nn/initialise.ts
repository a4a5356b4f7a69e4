/**
 * Initial values of parameters. Each is a pure function of the seed and the parameter's name, so a
 * parameter starts the same regardless of what else a model declares. Defaults follow PyTorch.
 */

import { LimbicError } from '../base/errors.js'
import { elementAt } from '../base/lookup.js'
import { numberAt } from '../base/numbers.js'
import { RandomStream } from '../base/random.js'
import type { Initialiser } from '../graph/index.js'

function drawn(
  draw: (stream: RandomStream, shape: readonly number[]) => () => number,
): Initialiser {
  return {
    fill(values, shape, seed, name) {
      const next = draw(new RandomStream(seed, 'parameter', name), shape)
      for (let position = 0; position < values.length; position++) values[position] = next()
    },
  }
}

/** The fan-in and fan-out of a weight [outputs, inputs, ...kernel]. */
function fans(shape: readonly number[]): readonly [inputs: number, outputs: number] {
  const [outputs = 1, inputs = 1, ...kernel] = shape
  const field = kernel.reduce((product, size) => product * size, 1)
  return [inputs * field, outputs * field]
}

export const zeros: Initialiser = { fill: (values) => void values.fill(0) }
export const ones: Initialiser = { fill: (values) => void values.fill(1) }

/** The same value everywhere. */
export const constant = (value: number): Initialiser => ({
  fill: (values) => void values.fill(value),
})

/**
 * Given numbers, in memory order, such as pretrained word vectors.
 *
 * @throws LimbicError if the parameter has another number of elements
 */
export const given = (numbers: Float32Array): Initialiser => ({
  fill(values, shape, _seed, name) {
    if (numbers.length !== values.length) {
      throw new LimbicError('the number of values does not match the parameter', {
        where: name,
        expected: `${values.length} for the shape [${shape.join(', ')}]`,
        got: String(numbers.length),
      })
    }
    values.set(numbers)
  },
})

/** Another initialiser, with zeros in one row. */
export const withZeroRow = (inner: Initialiser, row: number): Initialiser => ({
  fill(values, shape, seed, name) {
    inner.fill(values, shape, seed, name)
    const width = values.length / (shape[0] ?? 1)
    values.fill(0, row * width, (row + 1) * width)
  },
})

/** Uniform in [-bound, bound). */
export const uniform = (bound: number): Initialiser =>
  drawn((stream) => () => stream.uniform(-bound, bound))

/** Normal with mean 0. */
export const normal = (deviation = 1): Initialiser =>
  drawn((stream) => () => stream.normal(0, deviation))

/** Uniform within 1 / sqrt(inputs): the default of PyTorch's linear and convolutional layers. */
export const byInputs: Initialiser = drawn((stream, shape) => {
  const bound = 1 / Math.sqrt(Math.max(fans(shape)[0], 1))
  return () => stream.uniform(-bound, bound)
})

/** Glorot and Bengio's uniform distribution: within gain * sqrt(6 / (inputs + outputs)). */
export const xavierUniform = (gain = 1): Initialiser =>
  drawn((stream, shape) => {
    const [inputs, outputs] = fans(shape)
    const bound = gain * Math.sqrt(6 / (inputs + outputs))
    return () => stream.uniform(-bound, bound)
  })

/** Glorot and Bengio's normal distribution: deviation gain * sqrt(2 / (inputs + outputs)). */
export const xavierNormal = (gain = 1): Initialiser =>
  drawn((stream, shape) => {
    const [inputs, outputs] = fans(shape)
    const deviation = gain * Math.sqrt(2 / (inputs + outputs))
    return () => stream.normal(0, deviation)
  })

/**
 * A matrix with orthonormal rows or columns, whichever are fewer (Gram-Schmidt on normal draws).
 */
export const orthogonal = (gain = 1): Initialiser => ({
  fill(values, shape, seed, name) {
    const [rows = 1, ...rest] = shape
    const columns = rest.reduce((product, size) => product * size, 1)
    const stream = new RandomStream(seed, 'parameter', name)
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
    const basis: Float64Array[] = []
    while (basis.length < count) {
      const vector = Float64Array.from({ length }, () => stream.normal())
      // Two passes are enough for orthogonality to the last bits.
      for (let pass = 0; pass < 2; pass++) {
        for (const other of basis) project(vector, other)
      }
      const size = Math.hypot(...vector)
      if (size > 1e-6) basis.push(vector.map((value) => value / size))
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [vector, place] = rows <= columns ? [row, column] : [column, row]
        values[row * columns + column] = gain * numberAt(elementAt(basis, vector, 'vector'), place)
      }
    }
  },
})

/** Subtracts from a vector its projection on another of length one. */
function project(vector: Float64Array, onto: Float64Array): void {
  let overlap = 0
  for (let i = 0; i < vector.length; i++) overlap += numberAt(vector, i) * numberAt(onto, i)
  for (let i = 0; i < vector.length; i++) {
    vector[i] = numberAt(vector, i) - overlap * numberAt(onto, i)
  }
}
