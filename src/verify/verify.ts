/** Compares a model with numbers that its authors' code gave: forward, backward and ten steps of Adam. */
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { parseJson, validate } from '../base/schema.js'
import { readSafetensors, type StoredTensor } from '../formats/safetensors/index.js'
import { ends } from '../learn/step/ends.js'
import { TrainingStep } from '../learn/step/step.js'
import { findModel } from '../models/index.js'
import { fromPublished, toPublished } from '../models/published/convert.js'
import { findReference } from '../models/published/references.js'
import { nodeEngine } from '../runtime/node.js'
import type { Value } from '../runtime/session.js'
import { multiLabel } from '../task/multi-label.js'
import { sentiment } from '../task/sentiment.js'
import { singleLabel } from '../task/single-label.js'
import type { Task } from '../task/task.js'
import { referenceFeeds } from './reference-feeds.js'

/** One comparison: the largest error, what it may be, and where it was. */
export interface Comparison {
  readonly what: 'output' | 'loss' | 'gradients' | 'trajectory' | 'parameters after'
  readonly error: number
  readonly tolerance: number | undefined
  readonly where: string
}

/** What float32 agreement the reference files promise; the last parameters are shown, not judged. */
const tolerances = { output: 1e-5, loss: 1e-5, gradients: 1e-4, trajectory: 1e-3 } as const

/**
 * Runs a reference file of the golden layout: builds its model, loads its parameters by their
 * published names, and compares output and loss (absolute), gradients (relative to each tensor's
 * largest entry) and the losses of a run of Adam steps on the one batch.
 *
 * A gradient that is nothing but rounding cannot be compared with itself: some attention
 * projections of the reference files receive entries of 1e-9 beside 1 elsewhere, on which float32
 * and float64 disagree in the second digit. No tensor is therefore measured against less than
 * 1e-5 of the largest entry of all gradients.
 *
 * @throws LimbicError if the file is no reference file, or its parameters are not the model's
 */
export async function verifyReference(path: string): Promise<Comparison[]> {
  const { metadata, tensors } = readSafetensors(path)
  const reader = findReference(metadata.model, path)
  const { settings, outputs, packed } = reader.read(metadata)
  const definition = findModel(reader.model)
  const model = definition.configure(settings)
  const tensor = (name: string): StoredTensor => {
    const found = tensors.get(name)
    if (found) return found
    throw new LimbicError(`the file lacks the tensor "${name}"`, { where: path })
  }
  const floats = (name: string): Float32Array => {
    const { data } = tensor(name)
    if (data instanceof Float32Array) return data
    throw new LimbicError(`the tensor "${name}" must be float32`, { where: path })
  }
  const task = readTask(metadata, outputs, path)
  const { feeds, widths } = referenceFeeds({
    ...{ reader, task, tensor, path },
    ...(packed && { packed }),
    aligned: definition.aligned,
  })
  const training = await TrainingStep.open(
    { model, widths, task, engine: nodeEngine, optimiser: { weightDecay: 0 }, seed: 0 },
    true,
  )
  try {
    const names = training.graph.parameters.map(({ name, shape }) => {
      const published = definition.published(name)
      const values = fromPublished(floats(`param.${published.name}`), published)
      const own = training.state.parameter(name)
      if (values.length !== own.length) {
        throw new LimbicError(`parameter "${published.name}" has the wrong size`, {
          where: path,
          expected: `[${shape}]`,
          got: `[${tensor(`param.${published.name}`).shape}]`,
        })
      }
      own.set(values)
      return { name, published }
    })
    const rate = Number(metadata.adam_lr)
    const steps = Number(metadata.adam_steps)
    const losses: number[] = []
    let first: ReadonlyMap<string, Value> = new Map()
    for (let step = 0; step < steps; step++) {
      const { loss, results } = await training.step(feeds, rate)
      if (step === 0) first = new Map([...results].map(([key, value]) => [key, copy(value)]))
      losses.push(loss)
    }
    const result = (name: string) => first.get(name)?.data as Float32Array
    const compared = names.filter(({ published }) => tensors.has(`grad.${published.name}`))
    const floor =
      1e-5 * Math.max(...compared.map(({ published }) => largest(floats(`grad.${published.name}`))))
    const gradients = compared.map(({ name, published }) => ({
      error: relativeError(
        toPublished(result(ends.gradient(name)), published),
        floats(`grad.${published.name}`),
        floor,
      ),
      where: published.name,
    }))
    const trained = names
      .filter(({ published }) => tensors.has(`adam.param.${published.name}`))
      .map(({ name, published }) => ({
        error: relativeError(
          toPublished(training.state.parameter(name), published),
          floats(`adam.param.${published.name}`),
        ),
        where: published.name,
      }))
    const expectedLosses = Array.from(tensor('adam.losses').data as Float64Array)
    const trajectory = expectedLosses.map((expected, step) => ({
      error: Math.abs(expected - (losses[step] ?? Number.NaN)),
      where: `step ${step + 1}`,
    }))
    return [
      {
        what: 'output',
        error: absoluteError(result(ends.prediction), floats('output')),
        tolerance: tolerances.output,
        where: 'output',
      },
      {
        what: 'loss',
        error: Math.abs((losses[0] ?? Number.NaN) - Number(tensor('loss').data[0])),
        tolerance: tolerances.loss,
        where: 'loss',
      },
      { what: 'gradients', ...worst(gradients), tolerance: tolerances.gradients },
      { what: 'trajectory', ...worst(trajectory), tolerance: tolerances.trajectory },
      { what: 'parameters after', ...worst(trained), tolerance: undefined },
    ]
  } finally {
    await training.close()
  }
}

/** Whether every judged comparison is within its tolerance; an error that is no number never is. */
export function passes(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ error, tolerance }) => tolerance === undefined || error <= tolerance)
}

function readTask(metadata: Readonly<Record<string, string>>, outputs: number, path: string): Task {
  const names = Array.from({ length: outputs }, (_, index) => `output ${index}`)
  switch (metadata.loss) {
    case 'L1':
      return sentiment({ loss: 'l1' })
    case 'cross entropy':
      return singleLabel({ classNames: names })
    case 'BCE with logits, pos_weight': {
      const where = `${path}, metadata, pos_weight`
      const weights = parseJson(metadata.pos_weight ?? '[]', where)
      const positiveWeights = validate(z.array(z.number()), weights, where)
      return multiLabel({ labelNames: names, positiveWeights })
    }
    default:
      throw new LimbicError('unknown loss', { where: path, got: String(metadata.loss) })
  }
}

function copy(value: Value): Value {
  return { ...value, data: value.data.slice() }
}

function absoluteError(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (actual[index] ?? Number.NaN))),
    0,
  )
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

function relativeError(actual: Float32Array, expected: Float32Array, floor = 0): number {
  const scale = Math.max(largest(expected), floor)
  const error = absoluteError(actual, expected)
  return scale === 0 ? error : error / scale
}

function worst(errors: readonly { error: number; where: string }[]): {
  error: number
  where: string
} {
  return errors.reduce(
    (one, other) => (other.error > one.error || Number.isNaN(other.error) ? other : one),
    {
      error: 0,
      where: '',
    },
  )
}
