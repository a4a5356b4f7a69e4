/** Compares a whole model with a reference file: one step, evaluation, and a run of Adam. */
import { z } from 'zod'
import { ends } from '../learn/step/ends.js'
import { TrainingStep } from '../learn/step/step.js'
import { findModel } from '../models/index.js'
import type { ReferenceFormat } from '../models/published/reference-format.js'
import { nodeEngine } from '../runtime/node.js'
import type { Value } from '../runtime/session.js'
import {
  type Comparison,
  compareResults,
  comparison,
  type PlacedError,
  relativeError,
} from './compare.js'
import { compareEvaluation } from './evaluation.js'
import { compareLosses, inspected, lossesOf, names } from './inspected.js'
import { referenceFeeds } from './reference-feeds.js'
import type { ReferenceFile } from './reference-file.js'
import { gradientFloor, initialValues, type Pair, parameterErrors } from './reference-parameters.js'
import { referenceTask } from './reference-task.js'
import { batchAsTrainingSet, memoryErrors, startMemory } from './remembered.js'

/**
 * Builds the model of a file, loads its parameters by their published names, and compares output
 * and loss (relative to the larger of 1 and the largest entry), gradients (relative to each
 * tensor's largest entry) and the losses of a run of Adam steps on the one batch.
 *
 * @throws LimbicError if the file lacks a tensor, or its parameters are not the model's
 */
export async function verifyModel(
  file: ReferenceFile,
  given: ReferenceFormat,
): Promise<Comparison[]> {
  const { settings, outputs, packed, loss, losses, rates = {} } = given.read(file.metadata)
  const format: ReferenceFormat = { ...given, ...(losses && { losses }) }
  const definition = findModel(format.model)
  const model = definition.configure(settings)
  const named = loss ?? file.metadata.text('loss', z.string())
  const task = referenceTask(file, named, outputs)
  const { feeds: batch, widths } = referenceFeeds({
    ...{ format, specs: model.inputs, task, file },
    ...(packed && { packed }),
  })
  const optimiser = {
    weightDecay: 0,
    groups: Object.entries(rates).map(([prefix, factor]) => ({ prefix, factor })),
  }
  const { trainingSet, sample } = batchAsTrainingSet(batch)
  const feeds = model.remembers ? new Map([...batch, [ends.sample, sample]]) : batch
  const training = await TrainingStep.open(
    { ...{ model, widths, task, trainingSet }, engine: nodeEngine, optimiser, seed: 0 },
    { withGradients: true, inspect: (step) => inspected(step, file, format, task) },
  )
  try {
    const pairs = training.graph.parameters
      .filter(({ memory }) => !memory)
      .map((parameter): Pair => ({ parameter, published: definition.published(parameter.name) }))
    const initial = new Map(
      pairs.map((pair) => [pair.parameter.name, initialValues(file, pair)] as const),
    )
    for (const [name, values] of initial) training.state.parameter(name).set(values)
    startMemory(file, format, training.state)
    const remembered: PlacedError[] = []
    const after = new Map<string, Float32Array>()
    const steps: Record<string, number>[] = []
    let first: ReadonlyMap<string, Value> = new Map()
    const rate = file.metadata.json('adam_lr', z.number())
    const count = file.metadata.json('adam_steps', z.int())
    for (let step = 0; step < count; step++) {
      const { loss: total, results } = await training.step(feeds, rate)
      if (step === 0) {
        first = new Map([...results].map(([key, value]) => [key, copy(value)]))
        for (const { parameter } of pairs) {
          if (!parameter.trainable)
            after.set(parameter.name, training.state.parameter(parameter.name).slice())
        }
      }
      steps.push(lossesOf(total, results, format))
      remembered.push(...memoryErrors(file, format, training.state, step))
    }
    const result = (name: string) => first.get(name)
    const floats = (name: string) => float32(result(name))
    // Some files have gradients of parameters that are not trained; here they have none.
    const learning = pairs.filter(({ parameter }) => parameter.trainable)
    const gradientsOf = (name: string) => floats(ends.gradient(name))
    const buffers = (name: string) => after.get(name) ?? new Float32Array()
    const trained = (name: string) => training.state.parameter(name)
    const further = file.namesUnder('output.').filter((name) => result(names.result(name)))
    return [
      ...compareResults('output', [
        { where: 'output', actual: result(ends.prediction), expected: file.tensor('output') },
      ]),
      ...compareResults(
        'further results',
        further.map((name) => ({
          where: `output.${name}`,
          actual: result(names.result(name)),
          expected: file.tensor(`output.${name}`),
        })),
      ),
      ...(await compareEvaluation(file, format, { model, widths, task, initial, feeds })),
      ...compareLosses(file, steps),
      ...comparison('memory', remembered),
      ...comparison(
        'gradients',
        parameterErrors(file, learning, 'grad', gradientsOf, gradientFloor),
      ),
      ...comparison(
        'input gradients',
        file.namesUnder('grad_input.').flatMap((name) => {
          const actual = result(names.input(name))
          const expected = file.tensor(`grad_input.${name}`).data
          return actual ? [{ where: name, error: relativeError(actual.data, expected, 0) }] : []
        }),
      ),
      ...comparison(
        'running statistics',
        parameterErrors(file, pairs, 'after', buffers, () => 1),
      ),
      ...comparison(
        'parameters after',
        parameterErrors(file, pairs, 'adam.param', trained, () => 0),
      ),
    ]
  } finally {
    await training.close()
  }
}

function copy(value: Value): Value {
  return { ...value, data: value.data.slice() }
}

function float32(value: Value | undefined): Float32Array {
  return value?.data instanceof Float32Array ? value.data : new Float32Array()
}
