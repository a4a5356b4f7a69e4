/** The layers of a model learn: which may, and how. */
import { LimbicError } from '../../../base/errors.js'
import { sizeOf } from '../../../base/text/size.js'
import { mapFeatures, type Split } from '../../../data/dataset.js'
import { typeOf } from '../../../data/feature.js'
import { standardiseFeature } from '../../../data/prepare/standardise/standardise.js'
import { elementCount } from '../../../graph/index.js'
import { largestAmount, memoryOf } from '../../../graph/memory.js'
import { trainingConfig } from '../../../learn/config.js'
import { layersFromEnd } from '../../../learn/layers.js'
import { optimiserOf } from '../../../learn/optimiser/settings.js'
import { predictionGraph, trainingGraph } from '../../../learn/step/graphs.js'
import type { Stage } from '../../../models/define/model.js'
import type { ReadParts } from '../../../use/exported/read-parts.js'
import { splitOf } from '../../../use/samples.js'
import type { Lesson } from './lesson.js'
import type { Learner, Take, Told } from './take.js'

/** What may learn, and how much of it. */
export interface LearnerChoice {
  readonly learner: Learner
  /** The number of parameters that learn. */
  readonly parameters: number
  /** Why it cannot, in one line. */
  readonly problem?: string
}

/** The most parameters that learn in a page, and the most memory of a step, in bytes. */
const mostParameters = 2_000_000
const mostMemory = 2 ** 30

/** How far from the end a part of a model may be chosen, besides all of it. */
const choices = [1, 2] as const

/** A model's layers from the end: of each, the parameters that can learn. */
export type TeachableLayers = readonly (readonly {
  readonly name: string
  readonly shape: readonly number[]
}[])[]

/**
 * @returns the layers of a model that have anything to learn, the last one first
 * @throws LimbicError if its task cannot be learned by showing, or it keeps values of its training samples
 */
export function teachableLayers({ model, widths, task, stored }: ReadParts): TeachableLayers {
  if (!task.examples) {
    throw new LimbicError('what the model tells cannot be shown on purpose', {
      where: `model ${model.model.name}`,
    })
  }
  if (model.remembers) {
    throw new LimbicError('the model keeps values of each training sample, which are not here', {
      where: `model ${model.model.name}`,
    })
  }
  const graph = predictionGraph(model, widths, task)
  const trainable = new Map(
    graph.parameters
      .filter((parameter) => parameter.trainable && stored.has(parameter.name))
      .map((parameter) => [parameter.name, parameter]),
  )
  return layersFromEnd(graph)
    .map((names) => names.flatMap((name) => trainable.get(name) ?? []))
    .filter((layer) => layer.length > 0)
}

/** What of a model may learn: its last layer, the last two, or all. */
export function choicesOf(layers: TeachableLayers): LearnerChoice[] {
  const some = choices.filter((last) => last < layers.length)
  return [...some, 'all' as const].map((last) => {
    const parameters = learningOf(layers, last).reduce(
      (total, { shape }) => total + elementCount(shape),
      0,
    )
    const isTooMany = parameters > mostParameters
    return {
      ...{ learner: { kind: 'layers', last }, parameters },
      ...(isTooMany && {
        problem: `more than ${mostParameters.toLocaleString('en')} parameters are too many for a page`,
      }),
    }
  })
}

function learningOf(layers: TeachableLayers, last: number | 'all') {
  return layers.slice(0, last === 'all' ? undefined : last).flat()
}

const training = trainingConfig.parse({
  ...{ epochs: 60, patience: 60, batchSize: 8, learningRate: 2e-3, monitor: 'none', clipNorm: 1 },
  // The rate stays: takes are too few for a plateau to mean anything.
  plateauPatience: 1000,
})

/**
 * The last layers of a model learn, with dropout on in them; all else is frozen, and running statistics
 * stay as they are.
 *
 * @param classOf the class of the model's task that a label stands for
 */
export function layersLesson(
  parts: ReadParts,
  layers: TeachableLayers,
  last: number | 'all',
  classOf: (label: number) => number,
): Lesson {
  const { model, widths, task, weights, description, standardisation = {}, thresholds } = parts
  const { examples } = task
  const { inputs } = description
  const stage: Stage = {
    name: 'takes',
    trains: learningOf(layers, last).map(({ name }) => name),
    minimises: ['prediction'],
    keepsStatistics: true,
    training: {},
  }
  return {
    ...{ model, widths, task, stage, initial: weights, training, choosesEpochs: true },
    samplesOf(takes) {
      const samples = splitOf(samplesIn(takes), inputs)
      const targets = examples?.targetsOf(takes.map(({ label }) => classOf(label))) ?? {}
      return { ...asInTraining(samples, standardisation), targets }
    },
    countOf: () => 1,
    tell([row = new Float32Array()], { label }): Told {
      const shown = classOf(label)
      const scores = task.scores(row)
      return {
        said: task.describe(row, thresholds),
        isRight: examples?.classesIn(row, thresholds).join() === String(shown),
        ...(scores.length === task.grouping.names.length && { share: scores[shown] ?? 0 }),
      }
    },
  }
}

/** Takes as samples, for the model that they were recorded with. */
export function samplesIn(takes: readonly Take[]) {
  return takes.map(({ features = new Map() }, at) => ({
    ...{ id: String(at), features, missing: [], ignored: [] },
  }))
}

/** Raw features as training reads them: standardised, and 0 where numbers are missing. */
function asInTraining(split: Split, standardisation: NonNullable<ReadParts['standardisation']>) {
  return {
    ...split,
    features: mapFeatures(split.features, (feature, name) => {
      if (typeOf(feature) !== 'float32') return feature
      const { width } = feature
      const asGiven = { mean: new Float32Array(width), deviation: new Float32Array(width).fill(1) }
      return standardiseFeature(feature, standardisation[name] ?? asGiven, name)
    }),
  }
}

/** @throws LimbicError if a step on these takes needs more memory than a page should take */
export function checkMemory(
  { model, widths, task, stage, training }: Lesson,
  samples: Split,
): void {
  const graph = trainingGraph(model, widths, task, optimiserOf(training), {
    ...(stage && { stage }),
  })
  const amounts = memoryOf([...graph.outputs.values()], { given: graph.inputs.values() })
  const sizes = new Map([['batch', Math.min(training.batchSize, samples.ids.length)]])
  for (const { name, time } of model.inputs) {
    if (time === undefined) continue
    const longest = Math.max(1, ...(samples.features[name]?.lengths ?? []))
    sizes.set(time, Math.max(longest, sizes.get(time) ?? 1))
  }
  const needed = largestAmount(amounts, sizes)
  if (needed <= mostMemory) return
  throw new LimbicError('learning needs more memory than a page should take', {
    where: `model ${model.model.name}`,
    expected: `at most ${sizeOf(mostMemory)}`,
    got: sizeOf(needed),
    hint: 'Let fewer of the last layers learn, or train with limbic train',
  })
}
