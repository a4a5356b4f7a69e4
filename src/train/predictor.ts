/** Runs a model over a split, without training it. */
import {
  type Batch,
  BatchBuffers,
  collateBatch,
  planBatches,
  sampleCosts,
} from '../data/batches.js'
import type { Split } from '../data/types.js'
import { writeModel } from '../graph/onnx/model.js'
import type { ConfiguredModel, Widths } from '../models/model.js'
import { openSession } from '../runtime/node.js'
import type { Session, SessionOptions, Value } from '../runtime/session.js'
import { ends, predictionGraph } from './graphs.js'
import { batchFeeds } from './step.js'
import { outputCount, type Task } from './task.js'

export interface PredictorSettings {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  /** Maps of the model to give out with each batch. */
  readonly maps?: 'all' | readonly string[]
  readonly session?: SessionOptions
}

/** What a model says of one batch. */
export interface BatchPrediction {
  readonly batch: Batch
  /** [samples of the batch, outputs] */
  readonly prediction: Float32Array
  readonly maps: ReadonlyMap<string, Value>
}

export class Predictor {
  /** The parameters' names and shapes. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  readonly #session: Session
  readonly #settings: PredictorSettings
  readonly #buffers = new BatchBuffers()

  private constructor(
    session: Session,
    settings: PredictorSettings,
    parameters: ReadonlyMap<string, readonly number[]>,
  ) {
    this.#session = session
    this.#settings = settings
    this.parameters = parameters
  }

  static async open(settings: PredictorSettings): Promise<Predictor> {
    const { model, widths, task, maps = [] } = settings
    const graph = predictionGraph(model, widths, task, maps)
    const session = await openSession(writeModel(graph), settings.session)
    const parameters = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
    return new Predictor(session, settings, parameters)
  }

  /** What the model says of every sample of a split: [samples, outputs], in the split's order. */
  async predict(
    split: Split,
    weights: ReadonlyMap<string, Float32Array>,
    batchSize = 64,
  ): Promise<Float32Array> {
    const outputs = outputCount(this.#settings.task)
    const all = new Float32Array(split.ids.length * outputs)
    for await (const { batch, prediction } of this.batches(split, weights, batchSize)) {
      for (const [row, sample] of batch.indices.entries()) {
        all.set(prediction.subarray(row * outputs, (row + 1) * outputs), sample * outputs)
      }
    }
    return all
  }

  /** Goes through a split batch by batch; a batch's values hold until the next. */
  async *batches(
    split: Split,
    weights: ReadonlyMap<string, Float32Array>,
    batchSize = 64,
  ): AsyncGenerator<BatchPrediction> {
    const { model, task } = this.#settings
    const state = this.#state(weights)
    const plan = planBatches({
      lengths: sampleCosts(split, model.requires),
      batchSize,
      shuffle: false,
      order: 'length',
    })
    for (const indices of plan) {
      const batch = collateBatch(split, indices, model.requires, this.#buffers)
      const results = await this.#session.run(
        new Map([...batchFeeds(batch, model, task), ...state]),
      )
      const prediction = results.get(ends.prediction)?.data as Float32Array
      results.delete(ends.prediction)
      yield { batch, prediction, maps: results }
    }
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #state(weights: ReadonlyMap<string, Float32Array>): Map<string, Value> {
    return new Map(
      [...this.parameters].map(([name, shape]) => [
        ends.parameter + name,
        { dataType: 'float32', shape, data: weights.get(name) ?? new Float32Array() },
      ]),
    )
  }
}
