/** A trained model from a run, opened in Node. */
import { writeModel } from '../graph/onnx/model.js'
import { ends } from '../learn/ends.js'
import type { RunRecord } from '../runs/trained.js'
import { openSession } from '../runtime/node.js'
import type { SessionOptions } from '../runtime/session.js'
import type { KnownAnswer } from '../task/kinds.js'
import type { Task, TaskAnswer, TaskSpec } from '../task/task.js'
import { describeParts, rawGraph, type TrainedParts } from './describe.js'
import type { ModelDescription } from './description.js'
import { checkWeights } from './export.js'
import { checkLength } from './lengths.js'
import { type Answering, TrainedModel } from './trained-model.js'
import { type TurnOptions, Turns } from './turns.js'

/** @throws LimbicError if the machine lacks the provider */
export function fromRun(
  run: RunRecord,
  options: SessionOptions & TurnOptions = {},
): Promise<TrainedModel> {
  return fromParts<KnownAnswer>(run, run.description.dataset, run.folder.path, options)
}

/**
 * A model whose weights are at hand.
 *
 * @param path what it is called, for messages
 * @throws LimbicError if the weights are not those of the model, or the machine lacks the provider
 */
export async function fromParts<Answer extends TaskAnswer>(
  parts: TrainedParts<Task<TaskSpec, Answer>>,
  trainedOn: ModelDescription['trainedOn'],
  path: string,
  options: SessionOptions & TurnOptions = {},
): Promise<TrainedModel<Answer>> {
  const graph = parts.graph ?? rawGraph(parts)
  checkWeights(graph.parameters, parts.weights, parts.model.model.name)
  const sessions = new Sessions({ ...parts, graph }, options)
  await sessions.turns([])
  return new TrainedModel(path, describeParts(parts, graph, trainedOn), sessions, checkLength)
}

/** What sessions are made of. */
type Written = Required<Pick<TrainedParts, 'weights' | 'graph'>>

/** Samples that a run of a session mostly has. */
const usualBatch = 64

/**
 * Sessions of one graph, opened when they are needed: one for each set of maps, since a session
 * computes all that it can give out, and maps of many copies of a sample take memory for nothing.
 */
class Sessions implements Answering {
  readonly #parts: Written
  readonly #options: SessionOptions & TurnOptions
  readonly #opened = new Map<string, Promise<Turns>>()

  constructor(parts: Written, options: SessionOptions & TurnOptions) {
    this.#parts = parts
    this.#options = options
  }

  turns(maps: readonly string[]): Promise<Turns> {
    const key = JSON.stringify([...maps].sort())
    const known = this.#opened.get(key)
    if (known) return known
    const opened = this.#open(new Set([ends.prediction, ...maps]))
    this.#opened.set(key, opened)
    opened.catch(() => this.#opened.delete(key))
    return opened
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#opened.values())
    await Promise.all(
      all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)),
    )
  }

  async #open(names: ReadonlySet<string>): Promise<Turns> {
    const { weights, graph } = this.#parts
    const { waiting, together, ...session } = this.#options
    const bytes = writeModel({
      inputs: graph.graph.inputs,
      outputs: new Map([...graph.outputs].filter(([name]) => names.has(name))),
      weights,
      ...((session.provider ?? 'cpu') === 'cpu' && { batch: usualBatch }),
    })
    return new Turns(await openSession(bytes, session), { waiting, together })
  }
}
