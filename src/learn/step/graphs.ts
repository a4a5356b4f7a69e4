/** The training graph and the prediction graph of a model. */
import { LimbicError } from '../../base/errors.js'
import { elementAt, lookUp } from '../../base/lookup.js'
import { suggest } from '../../base/schema.js'
import {
  add,
  concat,
  elementCount,
  type Graph,
  gradients,
  multiply,
  type Parameter,
  reshape,
  type Tensor,
} from '../../graph/index.js'
import { lengthsName, type TrainingInputs } from '../../models/define/inputs.js'
import type { ConfiguredModel, ModelOutputs, Stage, Widths } from '../../models/define/model.js'
import { Scope } from '../../nn/scope.js'
import { addTarget, type Task } from '../../task/task.js'
import { clip } from '../optimiser/clip.js'
import { packParameters } from '../optimiser/packs.js'
import type { OptimiserSettings } from '../optimiser/settings.js'
import { isFrozen, learns, minimised, stageObjectives, stagePrediction } from '../stages.js'
import type { EndedGraph } from './ended-graph.js'
import { ends } from './ends.js'
import { inputsFor, predictedFrom } from './features.js'
import { asGiven, type InputTransform } from './inputs.js'
import { type TrainingSet, trainingInputs } from './training-set.js'
import { addAdam, inputOf } from './update.js'

/**
 * Declares a model's inputs, named after the features, and applies the model.
 *
 * @param prepare transforms the inputs first; default: none
 * @param stage if only a part of the model is trained: dropout is off in the rest
 * @param remember declares the further inputs of a model that remembers its samples
 */
export function applyModel(
  model: ConfiguredModel,
  widths: Widths,
  task: Pick<Task, 'outputs'>,
  training: boolean,
  prepare: InputTransform = asGiven,
  stage?: Stage,
  remember?: (graph: Graph) => TrainingInputs,
): {
  scope: Scope
  inputs: Map<string, Tensor>
  outputs: ModelOutputs
  training: TrainingInputs | undefined
} {
  const frozen = (path: string) => isFrozen(stage, path)
  const scope = new Scope(undefined, training, '', frozen, stage?.keepsStatistics)
  const { graph } = scope
  const apply = model.build(scope, widths, task.outputs.length)
  const inputs = new Map<string, Tensor>()
  const features: Record<string, Tensor> = {}
  const lengths: Record<string, Tensor> = {}
  const read = training ? inputsFor(model, widths) : predictedFrom(model, widths)
  for (const { name, dataType, time, shape } of read) {
    const axes = ['batch', ...(time === undefined ? [] : [time]), ...shape]
    inputs.set(name, graph.input(name, dataType, axes))
  }
  for (const input of read) {
    const { name, time } = input
    const values = lookUp(inputs, name, 'input')
    if (time === undefined) {
      features[name] = prepare(values, undefined, input)
      continue
    }
    const steps =
      graph.inputs.get(lengthsName(time)) ?? graph.input(lengthsName(time), 'int64', ['batch'])
    inputs.set(lengthsName(time), steps)
    lengths[name] = steps
    features[name] = prepare(values, steps, input)
  }
  const known = remember?.(graph)
  const outputs = apply({ features, lengths, ...(known && { training: known }) })
  return { scope, inputs, outputs, training: known }
}

export interface TrainingGraphOptions {
  /** Also output each gradient, as `gradient/<name>`. */
  readonly withGradients?: boolean
  /** Further outputs of the graph, by name. */
  readonly inspect?: (step: InspectedStep) => Readonly<Record<string, Tensor>>
  /** Train only this part; default: everything. */
  readonly stage?: Stage
  /** The training set; needed only by a model that remembers its samples. */
  readonly trainingSet?: TrainingSet
  /** Add the gradients to those of batches before, for `updateGraph`, instead of updating. */
  readonly accumulate?: boolean
}

/** What a training graph has computed before it updates anything. */
export interface InspectedStep {
  readonly outputs: ModelOutputs
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly target: Tensor
  /** What is minimised. */
  readonly loss: Tensor
}

/**
 * The whole training step as one graph: forward, backward, clipping and Adam. It takes a batch, the
 * parameters and their moments, and outputs the loss and the next parameters and moments. With
 * `accumulate` it ends after the backward pass and outputs sums of gradients.
 *
 * @returns the graph; parameters that it does not update are not `trainable`
 * @throws LimbicError if the data lacks an input, or a group's prefix matches no parameter
 */
export function trainingGraph(
  model: ConfiguredModel,
  widths: Widths,
  task: Task,
  optimiser: OptimiserSettings,
  {
    withGradients = false,
    inspect,
    stage,
    trainingSet,
    accumulate = false,
  }: TrainingGraphOptions = {},
): EndedGraph {
  const { scope, inputs, outputs, training } = applyModel(
    ...([model, widths, task, true, undefined, stage] as const),
    model.remembers ? (graph) => trainingInputs(graph, task, trainingSet, model) : undefined,
  )
  const { graph } = scope
  const target = training?.target ?? addTarget(graph, outputs.prediction.size(0), task)
  const loss = minimised(outputs, stage, (prediction) => task.loss(prediction, target))
  const parameters = [...graph.parameters.values()].map((parameter) => ({
    ...parameter,
    trainable: parameter.trainable && learns(stage, parameter.name),
  }))
  const trained = parameters.filter(({ trainable }) => trainable)
  checkRates(
    trained,
    Object.fromEntries((optimiser.groups ?? []).map(({ prefix, factor }) => [prefix, factor])),
  )
  const plain = gradients(
    loss,
    trained.map(({ tensor }) => tensor),
  )
  const feeds = new Map<string, Tensor>([...inputs, ['target', target]])
  if (training) feeds.set(ends.sample, training.sample)
  for (const { name, tensor } of graph.dropoutMasks) feeds.set(name, tensor)
  const results = new Map<string, Tensor>([
    [ends.loss, loss],
    [ends.prediction, stagePrediction(outputs, stage) ?? outputs.prediction],
  ])
  const further = inspect?.({ outputs, inputs, target, loss }) ?? {}
  for (const [name, tensor] of Object.entries(further)) results.set(name, tensor)
  for (const { name, tensor } of parameters) feeds.set(ends.parameter(name), tensor)
  if (withGradients) {
    for (const [index, { name }] of trained.entries()) {
      results.set(ends.gradient(name), elementAt(plain, index, 'gradient'))
    }
  }
  const packs = packParameters(trained, optimiser.groups ?? [])
  const held = accumulate ? plain : clip(plain, optimiser)
  const slopes = new Map(
    trained.map(({ name }, index) => [name, elementAt(held, index, 'gradient')]),
  )
  // The same layout as the pack's parameters.
  const flat = packs.map(({ members }) => {
    const parts = members.map(({ parameter: { name, shape } }) =>
      reshape(lookUp(slopes, name, 'gradient'), [elementCount(shape)]),
    )
    return concat(parts, 0)
  })
  if (accumulate) {
    const scalar = (name: string) => inputOf(graph, feeds, name, [])
    for (const [index, { name, size }] of packs.entries()) {
      const before = multiply(inputOf(graph, feeds, ends.sum(name), [size]), scalar(ends.keep))
      const own = multiply(elementAt(flat, index, 'gradient'), scalar(ends.weight))
      results.set(ends.next(ends.sum(name)), add(before, own))
    }
  } else addAdam(graph, { inputs: feeds, outputs: results }, packs, flat, optimiser)
  for (const [name, tensor] of graph.updates) {
    results.set(ends.next(ends.parameter(name)), tensor)
  }
  return { graph, inputs: feeds, outputs: results, parameters, packs, objectives: [] }
}

/**
 * Checks that each rate factor matches a parameter: a mistyped prefix would leave every parameter
 * at the base rate.
 *
 * @param trained the parameters that learn
 * @param rates factors by path prefix
 * @throws LimbicError naming the prefix that matches nothing
 */
export function checkRates(
  trained: readonly Pick<Parameter, 'name'>[],
  rates: Readonly<Record<string, number>>,
): void {
  const idle = Object.keys(rates).find(
    (prefix) => !trained.some(({ name }) => name.startsWith(prefix)),
  )
  if (idle === undefined) return
  const starts = new Set(trained.map(({ name }) => name.split('.').slice(0, 2).join('.')))
  throw new LimbicError(`no parameter path starts with "${idle}"`, {
    where: 'training, rates',
    hint: suggest(idle, [...starts]),
  })
}

/**
 * The prediction graph: a batch and the parameters in; `prediction` [batch, outputs] and the
 * requested maps out, by name.
 *
 * @param prepare transforms the inputs first, such as `fromRawFeatures`
 * @param stage output this stage's prediction, if it has one, and its objectives as
 * `objective/<name>`
 */
export function predictionGraph(
  model: ConfiguredModel,
  widths: Widths,
  task: Task,
  maps: 'all' | readonly string[] = [],
  prepare?: InputTransform,
  stage?: Stage,
): EndedGraph {
  const { scope, inputs, outputs } = applyModel(model, widths, task, false, prepare)
  const parameters = [...scope.graph.parameters.values()]
  const feeds = new Map<string, Tensor>(inputs)
  for (const { name, tensor } of parameters) feeds.set(ends.parameter(name), tensor)
  const results = new Map<string, Tensor>()
  const predicted = stagePrediction(outputs, stage)
  if (predicted) results.set(ends.prediction, predicted)
  const objectives = stageObjectives(outputs, stage)
  for (const [name, tensor] of objectives) results.set(ends.objective(name), tensor)
  for (const [name, tensor] of Object.entries(outputs.maps)) {
    if (maps === 'all' || maps.includes(name)) results.set(name, tensor)
  }
  return {
    ...{ graph: scope.graph, inputs: feeds, outputs: results, parameters, packs: [] },
    objectives: objectives.map(([name]) => name),
  }
}
