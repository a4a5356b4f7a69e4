/** Runs a model over a split, without training. */
import { BatchBuffers } from '../data/batch.js'
import type { Split } from '../data/dataset.js'
import { writeModel } from '../graph/index.js'
import type { ConfiguredModel, Stage, Widths } from '../models/define/model.js'
import type { Engine } from '../runtime/engine.js'
import type { Session, SessionOptions, Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { batchSize, evaluateSplit, type SplitEvaluation } from './evaluate.js'
import type { EndedGraph } from './step/ended-graph.js'
import { ends } from './step/ends.js'
import { predictedFrom } from './step/features.js'
import { predictionGraph } from './step/graphs.js'

export interface PredictorSettings {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly engine: Engine
  readonly session?: SessionOptions
  /** Return this stage's prediction instead of the model's. */
  readonly stage?: Stage
}

/** The prediction graph of a model in a session; each call brings the weights. */
export class Predictor {
  /** The parameters' names and shapes. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  readonly #session: Session
  readonly #settings: PredictorSettings
  /** The names of the objectives that the stage minimises. */
  readonly #objectives: readonly string[]

  private constructor(
    session: Session,
    settings: PredictorSettings,
    { parameters, objectives }: Pick<EndedGraph, 'parameters' | 'objectives'>,
  ) {
    this.#session = session
    this.#settings = settings
    this.parameters = new Map(parameters.map(({ name, shape }) => [name, shape]))
    this.#objectives = objectives
  }

  /** Whether there is a prediction: a stage may minimise only objectives. */
  get predicts(): boolean {
    return this.#session.outputNames.includes(ends.prediction)
  }

  /**
   * Whether its graph equals that of a predictor without a stage: the model's prediction alone.
   */
  get plain(): boolean {
    const { stage } = this.#settings
    const predicts = !stage || stage.minimises.includes('prediction')
    return predicts && this.#session.outputNames.join() === ends.prediction
  }

  static async open(settings: PredictorSettings): Promise<Predictor> {
    const { widths, task, stage } = settings
    const graph = predictionGraph(settings.model, widths, task, [], undefined, stage)
    const onProcessor = (settings.session?.provider ?? 'cpu') === 'cpu'
    const model = writeModel({ ...graph, ...(onProcessor && { batch: batchSize }) })
    const session = await settings.engine.open(model, settings.session)
    return new Predictor(session, settings, graph)
  }

  /** The predictions for every sample of a split: [samples, outputs], in the split's order. */
  async predict(split: Split, weights: ReadonlyMap<string, Float32Array>): Promise<Float32Array> {
    return (await this.evaluate(split, weights)).predictions
  }

  /** The same, with the means of the objectives that the stage minimises. */
  evaluate(split: Split, weights: ReadonlyMap<string, Float32Array>): Promise<SplitEvaluation> {
    const { model, widths, task } = this.#settings
    const inputs = predictedFrom(model, widths)
    const state = this.#state(weights)
    const run = (feeds: Map<string, Value>) => this.#session.run(new Map([...feeds, ...state]))
    // Its own memory: another call may start while a batch of this one runs.
    const buffers = new BatchBuffers()
    return evaluateSplit(split, { inputs, task, buffers, run, objectives: this.#objectives })
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #state(weights: ReadonlyMap<string, Float32Array>): Map<string, Value> {
    return new Map(
      [...this.parameters].map(([name, shape]) => [
        ends.parameter(name),
        { dataType: 'float32', shape, data: weights.get(name) ?? new Float32Array() },
      ]),
    )
  }
}
