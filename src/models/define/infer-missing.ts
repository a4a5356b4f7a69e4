/** Infers missing inputs from those that are present, for any model. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import {
  abs,
  add,
  cast,
  clearPadding,
  concat,
  divide,
  expand,
  greater,
  maximum,
  multiply,
  reduceMean,
  reduceSum,
  relu,
  square,
  stopGradient,
  subtract,
  type Tensor,
  unsqueeze,
  where,
} from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import { meanOverSteps } from '../../nn/layers/pooling.js'
import type { Scope } from '../../nn/scope.js'
import type { InputSpec, ModelInputs, Widths } from './inputs.js'

/** A setting of every model, in addition to its own. */
export const inferMissingSetting = z
  .boolean()
  .default(false)
  .describe(
    'infer a missing input from the others by a small network that is trained with the model; otherwise the training mean takes its place',
  )

/** Units of the hidden layer of each of the networks. */
const hiddenUnits = 64

/** One input of a batch, its mean over time, and whether it is present. */
interface Seen {
  readonly name: string
  readonly values: Tensor
  readonly lengths: Tensor | undefined
  /** [batch, width] */
  readonly mean: Tensor
  /** 1 where it is present, else 0: [batch, 1]. */
  readonly present: Tensor
}

/**
 * Declares networks that fill in the missing inputs of a model before it reads them. An input is
 * missing in a sample where all its standardised numbers are 0, the training mean. For each input,
 * a network with one hidden layer reads the means over time of the others and which of them are
 * present; its output, one vector, replaces every valid step of a missing input.
 *
 * The objective `missing` is the mean squared error of the inferred vectors against the true means
 * over time, for the inputs that are present. It trains only these networks; the task's loss trains
 * them too, on samples that lack an input.
 *
 * Only inputs of float32 vectors that predictions read are read and filled in.
 *
 * @throws LimbicError unless the model reads at least two such inputs
 */
export function inferringMissing(
  scope: Scope,
  specs: readonly InputSpec[],
  widths: Widths,
  model: string,
): (inputs: ModelInputs) => {
  readonly inputs: ModelInputs
  readonly objective: Tensor
} {
  const vectors = specs.flatMap(({ name, dataType, shape, time, onlyInTraining }) => {
    const width = widths[name]
    const isVector = dataType === 'float32' && (shape?.length ?? 1) === 1
    if (!isVector || onlyInTraining || width === undefined) return []
    return [{ name, width, time }]
  })
  if (vectors.length < 2) {
    throw new LimbicError('missing inputs are inferred from other inputs', {
      where: `model ${model}, inferMissing`,
      expected: 'at least two inputs of vectors that predictions read',
      got: vectors.map(({ name }) => name).join(', ') || 'none',
    })
  }
  const networks = vectors.map(({ name, width }) => {
    const others = vectors.filter((other) => other.name !== name)
    const place = scope.child('missing').child(name)
    const known = others.reduce((total, other) => total + other.width + 1, 0)
    const hidden = linear(place.child('hidden'), { inputs: known, units: hiddenUnits })
    const output = linear(place.child('output'), { inputs: hiddenUnits, units: width })
    return (seen: readonly Seen[]) => {
      const read = seen.filter((other) => other.name !== name)
      const parts = read.flatMap(({ mean, present }) => [mean, present])
      return output(relu(hidden(concat(parts, 1))))
    }
  })
  return ({ features, lengths }) => {
    const seen = vectors.flatMap(({ name, time }) => {
      const values = features[name]
      return values ? [look(name, values, time === undefined ? undefined : lengths[name])] : []
    })
    const filled: Record<string, Tensor | undefined> = { ...features }
    const errors = seen.map((own, place) => {
      const inferred = networks[place]?.(seen) ?? own.mean
      filled[own.name] = fill(own, inferred)
      return errorOf(own, inferred)
    })
    return {
      inputs: { features: filled, lengths },
      objective: errors.reduce((total, error) => add(total, error)),
    }
  }
}

function look(name: string, values: Tensor, lengths: Tensor | undefined): Seen {
  const steps = lengths ? clearPadding(values, lengths) : values
  const size = abs(steps)
  const total = lengths ? reduceSum(reduceSum(size, 2), 1) : reduceSum(size, 1)
  return {
    ...{ name, values, lengths },
    mean: lengths ? meanOverSteps(values, lengths) : values,
    present: unsqueeze(cast(greater(total, 0), values.dataType), 1),
  }
}

/** The input, with the inferred vector at every valid step where it is missing. */
function fill({ values, lengths, present }: Seen, inferred: Tensor): Tensor {
  const there = greater(present, 0)
  if (!lengths) return where(there, values, inferred)
  const steps = expand(unsqueeze(inferred, 1), values.shape)
  return clearPadding(where(unsqueeze(there, 2), values, steps), lengths)
}

/** The mean squared error against the true mean, over the samples that have the input. */
function errorOf({ mean, present }: Seen, inferred: Tensor): Tensor {
  const squared = reduceMean(square(subtract(inferred, stopGradient(mean))), 1)
  const there = reduceSum(present, 1)
  return divide(reduceSum(multiply(squared, there), 0), maximum(reduceSum(there, 0), 1))
}
