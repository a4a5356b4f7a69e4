/** One training step: forward, backward and Adam in one call. */

import { LimbicError } from '../../base/errors.js'
import { writeModel } from '../../graph/index.js'
import type { ConfiguredModel, Stage, Widths } from '../../models/define/model.js'
import type { Engine } from '../../runtime/engine.js'
import type { Session, SessionOptions, Value } from '../../runtime/session.js'
import type { Task } from '../../task/task.js'
import { adamScalars, type ParameterGroup } from '../optimiser/adam.js'
import type { OptimiserSettings } from '../optimiser/settings.js'
import type { EndedGraph } from './ended-graph.js'
import { ends } from './ends.js'
import { type TrainingGraphOptions, trainingGraph } from './graphs.js'
import { MaskFiller } from './masks.js'
import { type StateWriter, TrainingState } from './state.js'
import type { TrainingSet } from './training-set.js'
import { updateGraph } from './update.js'

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

/** A session, and what it writes of the state. */
interface Half {
  readonly session: Session
  readonly writer: StateWriter
}

/**
 * A model in training. Its step is a single native call (forward, backward, clipping, Adam), or,
 * if it accumulates, a call for each of several batches and one that updates.
 */
export class TrainingStep {
  readonly state: TrainingState
  readonly graph: EndedGraph
  readonly #pass: Half
  /** The second half of a step that accumulates. */
  readonly #update: Half | undefined
  readonly #masks: MaskFiller
  readonly #groups: readonly ParameterGroup[]
  /** Of the batches added since the last update. */
  #added = { batches: 0, weight: 0, loss: 0 }

  private constructor(
    graph: EndedGraph,
    pass: Session,
    update: Session | undefined,
    { seed, initial, optimiser }: TrainingStepSettings,
  ) {
    this.graph = graph
    this.state = TrainingState.initial(graph, seed, initial, update !== undefined)
    const half = (session: Session): Half => ({
      session,
      writer: this.state.writer(new Set(session.outputNames)),
    })
    this.#pass = half(pass)
    this.#update = update && half(update)
    this.#masks = new MaskFiller(graph.graph.dropoutMasks, seed)
    this.#groups = optimiser.groups ?? []
  }

  /**
   * Builds the training graph and loads it.
   *
   * @param further.accumulate take steps by `add` and `update`, not by `step`
   */
  static async open(
    settings: TrainingStepSettings,
    further: Omit<TrainingGraphOptions, 'stage' | 'trainingSet'> = {},
  ): Promise<TrainingStep> {
    const { model, widths, task, optimiser, stage, trainingSet, engine } = settings
    const options = { ...further, ...(stage && { stage }), ...(trainingSet && { trainingSet }) }
    const graph = trainingGraph(model, widths, task, optimiser, options)
    const pass = await engine.open(writeModel(graph), settings.session)
    if (!further.accumulate) return new TrainingStep(graph, pass, undefined, settings)
    try {
      const update = writeModel(updateGraph(graph.packs, optimiser))
      return new TrainingStep(graph, pass, await engine.open(update, settings.session), settings)
    } catch (error) {
      await pass.close()
      throw error
    }
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
    const result = await this.#run(feeds, this.#scalars(rate))
    this.state.step++
    return result
  }

  /**
   * Adds a batch to the next step: the average of the gradients of all batches added, each with
   * its weight. A model's own memories are written at once.
   *
   * @param feeds as for `step`
   * @param weight of its loss: the number of its samples, where losses are means over samples
   * @throws LimbicError if the loss is NaN or infinite
   */
  async add(feeds: ReadonlyMap<string, Value>, weight: number): Promise<void> {
    const { batches } = this.#added
    const given = { [ends.keep]: batches > 0 ? 1 : 0, [ends.weight]: weight }
    const { loss } = await this.#run(feeds, scalarFeeds(given), batches)
    this.#added.batches++
    this.#added.weight += weight
    this.#added.loss += loss * weight
  }

  /**
   * Takes one step on the batches added.
   *
   * @param rate the learning rate
   * @returns the loss before the step, over all of them
   */
  async update(rate: number): Promise<number> {
    const { weight, loss } = this.#added
    if (!this.#update || weight === 0) throw new Error('no batches were added')
    const { session, writer } = this.#update
    const scalars = [...scalarFeeds({ [ends.share]: 1 / weight }), ...this.#scalars(rate)]
    await session.run(new Map([...this.state.current, ...scalars]), writer.target())
    writer.advance()
    this.state.step++
    this.#added = { batches: 0, weight: 0, loss: 0 }
    return loss / weight
  }

  async close(): Promise<void> {
    await this.#pass.session.close()
    await this.#update?.session.close()
  }

  /** Runs the training graph on a batch, and keeps what it wrote unless the loss is not finite. */
  async #run(
    feeds: ReadonlyMap<string, Value>,
    scalars: ReadonlyMap<string, Value>,
    part = 0,
  ): Promise<{ loss: number; results: ReadonlyMap<string, Value> }> {
    const { state } = this
    const { session, writer } = this.#pass
    const all = new Map<string, Value>([
      ...feeds,
      ...state.current,
      ...this.#masks.fill(state.step, this.#sizes(feeds), part),
      ...scalars,
    ])
    const results = await session.run(all, writer.target())
    const loss = Number(results.get(ends.loss)?.data[0])
    if (!Number.isFinite(loss)) {
      throw new LimbicError('the loss is NaN or infinite', {
        where: `step ${state.step + 1}`,
        got: String(loss),
        hint: 'Lower the learning rate, clip gradients, or standardise the features',
      })
    }
    writer.advance()
    return { loss, results }
  }

  /** What Adam reads at the next step. */
  #scalars(rate: number): Map<string, Value> {
    const scalars: Record<string, number> = {}
    for (const factor of new Set([1, ...this.#groups.map((group) => group.factor)])) {
      const { stepSize, epsilon } = adamScalars(this.state.step + 1, rate * factor)
      scalars[ends.stepSize(factor)] = stepSize
      scalars[ends.epsilon] = epsilon
    }
    return scalarFeeds(scalars)
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

function scalarFeeds(numbers: Readonly<Record<string, number>>): Map<string, Value> {
  const scalar = (number: number): Value => ({
    dataType: 'float32',
    shape: [],
    data: Float32Array.of(number),
  })
  return new Map(Object.entries(numbers).map(([name, number]) => [name, scalar(number)]))
}
