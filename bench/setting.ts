/** A model with all that a step of a benchmark needs, and the step. */
import { RandomStream } from '../src/base/random.js'
import { writeModel } from '../src/graph/index.js'
import type { ParameterGroup } from '../src/learn/optimiser/adam.js'
import { ends } from '../src/learn/step/ends.js'
import { predictionGraph } from '../src/learn/step/graphs.js'
import { TrainingState } from '../src/learn/step/state.js'
import { TrainingStep } from '../src/learn/step/step.js'
import type { TrainingSet } from '../src/learn/step/training-set.js'
import type { ConfiguredModel, Widths } from '../src/models/index.js'
import { nodeEngine, openSession } from '../src/runtime/node.js'
import type { Value } from '../src/runtime/session.js'
import type { Task } from '../src/task/task.js'
import type { MakeStep } from './step.js'

/** Options of Limbic's sessions: threads, which the harness tells its workers, and where to write a profile. */
export const session = {
  threads: Number(process.env.BENCH_THREADS ?? 2),
  ...(process.env.BENCH_PROFILE && { profile: process.env.BENCH_PROFILE }),
}

/** Normal numbers, the same for a shape in every run. */
export function random(...shape: number[]): Value {
  const stream = new RandomStream(0, 'benchmark', ...shape)
  const count = shape.reduce((product, size) => product * size, 1)
  return {
    dataType: 'float32',
    shape,
    data: Float32Array.from({ length: count }, () => stream.normal()),
  }
}

/** The lengths of sequences without padding. */
export function fullLengths(time: number, size: number): Value {
  return {
    dataType: 'int64',
    shape: [size],
    data: BigInt64Array.from({ length: size }, () => BigInt(time)),
  }
}

/** A model with all that its step needs. */
export interface Setting {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly feeds: ReadonlyMap<string, Value>
  /** Of a model that remembers its samples. */
  readonly trainingSet?: TrainingSet
  /** Parameters that learn at another rate. */
  readonly groups?: readonly ParameterGroup[]
}

/** Truths of a task. */
export function randomTarget(task: Task, size: number): Value {
  const { dataType, columns } = task.targetType
  if (dataType === 'float32' && columns === undefined) return random(size)
  const stream = new RandomStream(0, 'benchmark target')
  if (dataType === 'float32') {
    const count = size * task.outputs.length
    const data = Float32Array.from({ length: count }, () => stream.integer(2))
    return { dataType: 'float32', shape: [size, task.outputs.length], data }
  }
  const draw = (count: number) => BigInt(stream.integer(count))
  return {
    dataType: 'int64',
    shape: [size],
    data: BigInt64Array.from({ length: size }, () => draw(task.outputs.length)),
  }
}

/** A training step: forward, loss, backward and Adam. */
export const train =
  (make: () => Setting): MakeStep =>
  async () => {
    const { feeds, groups = [], ...settings } = make()
    const trainer = await TrainingStep.open({
      engine: nodeEngine,
      ...settings,
      optimiser: { weightDecay: 0, groups },
      seed: 0,
      session,
    })
    const step = async () => void (await trainer.step(feeds, 5e-4))
    return Object.assign(step, { close: () => trainer.close() })
  }

/** A session on the processor for batches of this size, the weights inside the model. */
export const infer =
  (make: () => Setting): MakeStep =>
  async () => {
    const { model, widths, task, feeds } = make()
    const graph = predictionGraph(model, widths, task)
    const { inputs, outputs } = graph
    const weights = TrainingState.initial(graph, 0).snapshot()
    const fed = new Set(graph.parameters.map(({ name }): string => ends.parameter(name)))
    const own = new Map([...inputs].filter(([name]) => !fed.has(name)))
    const read = new Map([...feeds].filter(([name]) => own.has(name)))
    const batch = feeds.get('target')?.shape[0] ?? 1
    const running = await openSession(writeModel({ inputs: own, outputs, weights, batch }), session)
    const step = async () => void (await running.run(read))
    return Object.assign(step, { close: () => running.close() })
  }
