/** One training step: forward, backward and Adam in one call. */

import { LimbicError } from '../../base/errors.js'
import { writeModel } from '../../graph/index.js'
import type { ConfiguredModel, Stage, Widths } from '../../models/define/model.js'
import type { Engine } from '../../runtime/engine.js'
import type { Session, SessionOptions, Value } from '../../runtime/session.js'
import type { Task } from '../../task/task.js'
import { adamScalars, type ParameterGroup } from '../optimiser/adam.js'
import { ends } from './ends.js'
import {
  type EndedGraph,
  type OptimiserSettings,
  type TrainingGraphOptions,
  trainingGraph,
} from './graphs.js'
import { MaskFiller } from './masks.js'
import { TrainingState } from './state.js'
import type { TrainingSet } from './training-set.js'

/** The settings of a training, besides its data. */
export interface TrainingStepSettings {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly optimiser: OptimiserSettings
  /** Determines the initial parameters and dropout. */
  readonly seed: number
  readonly engine: Engine
  readonly session?: SessionOptions
  /** Train only this part; default: everything. */
  readonly stage?: Stage
  /** The training set; needed only by a model that remembers its samples. */
  readonly trainingSet?: TrainingSet
  /** Initial parameters, by name, in place of random ones. */
  readonly initial?: ReadonlyMap<string, Float32Array>
}

/**
 * A model in training. Its step is a single native call (forward, backward, clipping, Adam); its
 * state alternates between two sets of buffers.
 */
export class TrainingStep {
  readonly state: TrainingState
  readonly graph: EndedGraph
  readonly #session: Session
  readonly #masks: MaskFiller
  readonly #groups: readonly ParameterGroup[]
  readonly #outputs: ReadonlySet<string>

  private constructor(graph: EndedGraph, session: Session, settings: TrainingStepSettings) {
    this.graph = graph
    this.#session = session
    this.#masks = new MaskFiller(graph.graph.dropoutMasks, settings.seed)
    this.#groups = settings.optimiser.groups ?? []
    this.#outputs = new Set(session.outputNames)
    this.state = TrainingState.initial(graph, settings.seed, settings.initial)
  }

  /** Builds the training graph and loads it. */
  static async open(
    settings: TrainingStepSettings,
    further: Omit<TrainingGraphOptions, 'stage' | 'trainingSet'> = {},
  ): Promise<TrainingStep> {
    const { model, widths, task, optimiser, stage, trainingSet } = settings
    const options = { ...further, ...(stage && { stage }), ...(trainingSet && { trainingSet }) }
    const graph = trainingGraph(model, widths, task, optimiser, options)
    const session = await settings.engine.open(writeModel(graph), settings.session)
    return new TrainingStep(graph, session, settings)
  }

  /**
   * Takes one step on a batch.
   *
   * @param feeds the batch's features, lengths and target, by input name
   * @param rate the learning rate
   * @returns the loss before the step, and the graph's other outputs
   * @throws LimbicError if the loss is NaN or infinite; the state is then unchanged
   */
  async step(
    feeds: ReadonlyMap<string, Value>,
    rate: number,
  ): Promise<{ loss: number; results: ReadonlyMap<string, Value> }> {
    const { state } = this
    const all = new Map<string, Value>([
      ...feeds,
      ...state.current,
      ...this.#masks.fill(state.step, this.#sizes(feeds)),
      ...this.#scalars(rate),
    ])
    const results = await this.#session.run(all, state.target(this.#outputs))
    const loss = Number(results.get(ends.loss)?.data[0])
    if (!Number.isFinite(loss)) {
      throw new LimbicError('the loss is NaN or infinite', {
        where: `step ${state.step + 1}`,
        got: String(loss),
        hint: 'Lower the learning rate, clip gradients, or standardise the features',
      })
    }
    state.advance()
    return { loss, results }
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #scalars(rate: number): Map<string, Value> {
    const scalar = (value: number): Value => ({
      dataType: 'float32',
      shape: [],
      data: Float32Array.of(value),
    })
    const scalars = new Map<string, Value>()
    for (const factor of new Set([1, ...this.#groups.map((group) => group.factor)])) {
      const { stepSize, epsilon } = adamScalars(this.state.step + 1, rate * factor)
      scalars.set(ends.stepSize(factor), scalar(stepSize)).set(ends.epsilon, scalar(epsilon))
    }
    return scalars
  }

  /** The values of named dimensions in a batch. */
  #sizes(feeds: ReadonlyMap<string, Value>): Map<string, number> {
    const sizes = new Map<string, number>()
    for (const [name, value] of feeds) {
      for (const [axis, size] of (this.graph.inputs.get(name)?.shape ?? []).entries()) {
        if (typeof size === 'string') sizes.set(size, value.shape[axis] ?? 0)
      }
    }
    return sizes
  }
}
