/** Opens a trained model from a run, in Node. */
import { memoryOf } from '../../graph/memory.js'
import { writeModel } from '../../graph/onnx/model.js'
import type { Dimension } from '../../graph/shape/shape.js'
import type { Tensor } from '../../graph/tensor.js'
import { ends } from '../../learn/step/ends.js'
import type { RunRecord } from '../../runs/trained.js'
import { openSession } from '../../runtime/node.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { KnownAnswer } from '../../task/kinds.js'
import type { Task, TaskAnswer, TaskSpec } from '../../task/task.js'
import { describeParts, rawGraph, type TrainedParts } from '../exported/describe.js'
import type { TrainedOn } from '../exported/description.js'
import { checkWeights } from '../exported/export.js'
import { machineRoom } from '../machine-room.js'
import { type Answering, TrainedModel } from '../trained-model.js'
import { type TurnOptions, Turns } from '../turns.js'

export interface RunSessionOptions extends SessionOptions, TurnOptions {
  /**
   * Maps that the predicting session outputs as well. This pays off for short samples: opening
   * another session takes longer than computing maps that nobody requested.
   */
  readonly shared?: readonly string[]
  /** The longest sequences that it will be given, by axis, if known: see `writeModel`. */
  readonly longest?: ReadonlyMap<string, number>
}

/** @throws LimbicError if the machine lacks the provider */
export function fromRun(run: RunRecord, options: RunSessionOptions = {}): Promise<TrainedModel> {
  return fromParts<KnownAnswer>(run, run.description.dataset, run.folder.path, options)
}

/**
 * A model with its weights in memory.
 *
 * @param path its name in messages
 * @throws LimbicError if the weights are not those of the model, or the machine lacks the provider
 */
export async function fromParts<Answer extends TaskAnswer>(
  parts: TrainedParts<Task<TaskSpec, Answer>>,
  trainedOn: TrainedOn,
  path: string,
  options: RunSessionOptions = {},
): Promise<TrainedModel<Answer>> {
  const graph = parts.graph ?? rawGraph(parts)
  checkWeights(graph.parameters, parts.weights, parts.model.model.name)
  const sessions = new Sessions({ ...parts, graph }, options)
  await sessions.turns([])
  return new TrainedModel(path, describeParts(parts, graph, trainedOn), sessions, machineRoom())
}

/** The contents of a session's model. */
type Written = Required<Pick<TrainedParts, 'weights' | 'graph'>>

interface Opened {
  readonly maps: readonly string[]
  readonly turns: Promise<Turns>
}

/** The usual number of samples in a session's run. */
const usualBatch = 64

/**
 * Sessions of one graph, opened as needed; maps come from an open session that has them. The
 * session for predictions outputs no maps unless shared: a session computes all of its outputs, and
 * maps for many copies of a sample waste memory.
 */
class Sessions implements Answering {
  readonly #parts: Written
  readonly #options: RunSessionOptions
  readonly #amounts = new Map<string, readonly Dimension[]>()
  #opened: readonly Opened[] = []

  constructor(parts: Written, options: RunSessionOptions) {
    this.#parts = parts
    this.#options = options
  }

  turns(maps: readonly string[]): Promise<Turns> {
    const known = this.#known(maps)
    if (known) return known.turns
    const given = this.#given(maps)
    const opened = { maps: given, turns: this.#open(given) }
    this.#opened = [...this.#opened, opened]
    opened.turns.catch(() => {
      this.#opened = this.#opened.filter((other) => other !== opened)
    })
    return opened.turns
  }

  /** The maps that a session opened for these maps outputs. */
  #given(maps: readonly string[]): readonly string[] {
    const { shared = [] } = this.#options
    return maps.every((name) => shared.includes(name)) ? shared : maps
  }

  #known(maps: readonly string[]): Opened | undefined {
    const given = this.#given(maps)
    return this.#opened.find(({ maps: has }) =>
      given.length === 0 ? has.length === 0 : given.every((name) => has.includes(name)),
    )
  }

  memory(maps: readonly string[]): readonly Dimension[] {
    const computed = this.#known(maps)?.maps ?? this.#given(maps)
    const key = JSON.stringify([...computed].sort())
    const known = this.#amounts.get(key)
    if (known) return known
    const given = this.#parts.graph.inputs.values()
    const outputs = [...this.#outputs(computed).values()]
    const { longest } = this.#options
    const amounts = memoryOf(outputs, { given, batch: usualBatch, ...(longest && { longest }) })
    this.#amounts.set(key, amounts)
    return amounts
  }

  #outputs(maps: readonly string[]): Map<string, Tensor> {
    const names = new Set([ends.prediction, ...maps])
    return new Map([...this.#parts.graph.outputs].filter(([name]) => names.has(name)))
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#opened.map(({ turns }) => turns))
    await Promise.all(
      all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)),
    )
  }

  async #open(maps: readonly string[]): Promise<Turns> {
    const { weights, graph } = this.#parts
    const { waiting, together, shared: _, longest, ...session } = this.#options
    const bytes = writeModel({
      inputs: graph.graph.inputs,
      outputs: this.#outputs(maps),
      weights,
      ...(longest && { longest }),
      ...((session.provider ?? 'cpu') === 'cpu' && { batch: usualBatch }),
    })
    return new Turns(await openSession(bytes, session), { waiting, together })
  }
}
