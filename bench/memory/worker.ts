/** Runs one case in a process of its own: what it was said to need, and what it took. */
import { readFileSync, writeFileSync } from 'node:fs'
import { writeModel } from '../../src/graph/index.js'
import { largestAmount, memoryOf } from '../../src/graph/memory.js'
import { ends } from '../../src/learn/step/ends.js'
import { inputsFor } from '../../src/learn/step/features.js'
import { predictionGraph, trainingGraph } from '../../src/learn/step/graphs.js'
import { TrainingState } from '../../src/learn/step/state.js'
import { TrainingStep } from '../../src/learn/step/step.js'
import { lengthsName } from '../../src/models/define/inputs.js'
import { type ConfiguredModel, findModel } from '../../src/models/index.js'
import { givenWeights } from '../../src/runs/train/given-weights.js'
import { nodeEngine, openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'
import { singleLabel } from '../../src/task/single-label.js'
import { type Case, widths } from './cases.js'

/** What a worker says of its case, in bytes. */
export interface Weighed {
  /** What Limbic says before it runs. */
  readonly estimate: number
  /** How much the process grew from before the session was opened to the peak. */
  readonly measured: number
}

const task = singleLabel({ classNames: ['happy', 'sad', 'anger'] })
const session = { threads: 2 }
const optimiser = { weightDecay: 0 }
const turns = Number(process.argv[3] ?? 1)

const given: Case = JSON.parse(process.argv[2] ?? '')
const settings = given.model === 'hda' ? { training: 'joint' } : {}
const model = findModel(given.model).configure(settings)
const weighed = given.what === 'train' ? await train() : await predict()
process.stdout.write(JSON.stringify(weighed))

async function train(): Promise<Weighed> {
  const { inputs, outputs } = trainingGraph(model, widths, task, optimiser)
  const amounts = memoryOf([...outputs.values()], { given: inputs.values() })
  const initial = await givenWeights(model, task, {})
  const options = { model, widths, task, optimiser, seed: 0, engine: nodeEngine, session, initial }
  const before = startOver()
  const step = await TrainingStep.open(options)
  // From the second run on the runtime knows what a run of these shapes takes, and takes it at once.
  for (let turn = 0; turn < turns; turn++) await step.step(feedsOf(model), 1e-3)
  return { estimate: largestAmount(amounts, sizes()), measured: peak() - before }
}

async function predict(): Promise<Weighed> {
  const graph = predictionGraph(model, widths, task)
  const amounts = memoryOf([...graph.outputs.values()], {
    given: graph.inputs.values(),
    batch: given.samples,
  })
  const weights = await givenWeights(model, task, {})
  const bytes = writeModel({ inputs: graph.inputs, outputs: graph.outputs, batch: given.samples })
  const before = startOver()
  const opened = await openSession(bytes, session)
  const feeds = new Map([...feedsOf(model), ...TrainingState.initial(graph, 0, weights).current])
  feeds.delete('target')
  for (let turn = 0; turn < turns; turn++) {
    const results = await opened.run(feeds)
    if (!results.has(ends.prediction)) throw new Error('no prediction')
  }
  return { estimate: largestAmount(amounts, sizes()), measured: peak() - before }
}

function sizes(): Map<string, number> {
  const { steps, samples } = given
  const times = inputsFor(model, widths).flatMap(({ time }) => time ?? [])
  return new Map([['batch', samples], ...times.map((time) => [time, steps] as const)])
}

function feedsOf(configured: ConfiguredModel): Map<string, Value> {
  const { steps, samples } = given
  const feeds = new Map<string, Value>()
  for (const { name, time, width } of inputsFor(configured, widths)) {
    const shape = [samples, ...(time === undefined ? [] : [steps]), width]
    const count = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from({ length: count }, (_, place) => Math.sin(place))
    feeds.set(name, { dataType: 'float32', shape, data })
    if (time === undefined) continue
    const lengths = new BigInt64Array(samples).fill(BigInt(steps))
    feeds.set(lengthsName(time), { dataType: 'int64', shape: [samples], data: lengths })
  }
  const data = BigInt64Array.from({ length: samples }, (_, sample) => BigInt(sample % 3))
  feeds.set('target', { dataType: 'int64', shape: [samples], data })
  return feeds
}

/** Forgets the peak so far (Linux); gives what the process takes now. */
function startOver(): number {
  globalThis.gc?.()
  writeFileSync('/proc/self/clear_refs', '5')
  return statusOf('VmRSS')
}

function peak(): number {
  return statusOf('VmHWM')
}

function statusOf(field: string): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
}
