import {
  Graph,
  gradients,
  multiply,
  reduceSum,
  type Tensor,
  writeModel,
} from '../src/graph/index.js'
import { mmlatch } from '../src/models/index.js'
import { recurrent, runRecurrent, Scope, transformerLayer } from '../src/nn/index.js'
import { RandomStream } from '../src/random.js'
import { openSession } from '../src/runtime/node.js'
import type { Value } from '../src/runtime/session.js'
import { ends, predictionGraph } from '../src/train/graphs.js'
import { TrainingState } from '../src/train/state.js'
import { Trainer } from '../src/train/step.js'
import type { Task } from '../src/train/task.js'
import type { BenchmarkName } from './benchmarks.js'
import type { MakeStep } from './step.js'

const session = { threads: 2 }
const batch = 32

function random(...shape: number[]): Value {
  const stream = new RandomStream(0, 'benchmark', ...shape)
  const count = shape.reduce((product, size) => product * size, 1)
  return {
    dataType: 'float32',
    shape,
    data: Float32Array.from({ length: count }, () => stream.normal()),
  }
}

function fullLengths(time: number): Value {
  return {
    dataType: 'int64',
    shape: [batch],
    data: BigInt64Array.from({ length: batch }, () => BigInt(time)),
  }
}

/** MMLatch at the document's size, with all that the published code does differently from the text. */
export function latch(feedback: 'lstm' | 'none') {
  const published = {
    stageOneGradients: true,
    readout: 'attention',
    padding: 'seen',
  }
  const model = mmlatch.configure({ feedback, ...published })
  const widths = { text: 300, audio: 74, vision: 35 }
  const task: Task = { kind: 'regression', loss: 'l1' }
  const time = 50
  const feeds = new Map<string, Value>([
    ['text', random(batch, time, widths.text)],
    ['audio', random(batch, time, widths.audio)],
    ['vision', random(batch, time, widths.vision)],
    ['lengths', fullLengths(time)],
    ['target', random(batch)],
  ])
  return { model, widths, task, feeds }
}

const trainLatch =
  (feedback: 'lstm' | 'none'): MakeStep =>
  async () => {
    const { feeds, ...settings } = latch(feedback)
    const trainer = await Trainer.open({
      ...settings,
      optimiser: { weightDecay: 0 },
      seed: 0,
      session,
    })
    return async () => void (await trainer.step(feeds, 5e-4))
  }

/** As deployed: weights inside the model. */
const inferLatch =
  (feedback: 'lstm' | 'none'): MakeStep =>
  async () => {
    const { model, widths, task, feeds } = latch(feedback)
    const { inputs, outputs, parameters } = predictionGraph(model, widths, task)
    const weights = TrainingState.initial(parameters, 0).snapshot()
    const own = new Map([...inputs].filter(([name]) => !name.startsWith(ends.parameter)))
    const running = await openSession(writeModel({ inputs: own, outputs, weights }), session)
    return async () => void (await running.run(feeds))
  }

/** One layer on its own: its outputs, or the gradients of a weighted sum of them for inputs and parameters. */
function layer(
  width: number,
  time: number,
  train: boolean,
  apply: (scope: Scope, input: Tensor) => Tensor,
): MakeStep {
  return async () => {
    const scope = new Scope(new Graph(), train)
    const { graph } = scope
    const input = graph.input('input', 'float32', ['batch', 'time', width])
    const output = apply(scope, input)
    const parameters = [...graph.parameters.values()]
    const weights = TrainingState.initial(parameters, 0).snapshot()
    const feeds = new Map<string, Value>([['input', random(batch, time, width)]])
    if (!train) {
      const model = writeModel({
        inputs: new Map([['input', input]]),
        outputs: new Map([['output', output]]),
        weights,
      })
      const running = await openSession(model, session)
      return async () => void (await running.run(feeds))
    }
    const upstream = graph.input('upstream', 'float32', output.shape)
    const sources = [input, ...parameters.map(({ tensor }) => tensor)]
    const found = gradients(reduceSum(multiply(output, upstream)), sources)
    for (const { name, shape } of parameters) {
      feeds.set(name, { dataType: 'float32', shape, data: weights.get(name) ?? new Float32Array() })
    }
    feeds.set('upstream', random(batch, time, Number(output.size(2))))
    const inputs = new Map([
      ['input', input],
      ['upstream', upstream],
      ...parameters.map(({ name, tensor }) => [name, tensor] as const),
    ])
    const outputs = new Map(found.map((tensor, index) => [`gradient.${index}`, tensor]))
    const running = await openSession(writeModel({ inputs, outputs }), session)
    return async () => void (await running.run(feeds))
  }
}

const lstmLayer = (train: boolean) =>
  layer(300, 50, train, (scope, input) => {
    const declared = recurrent(scope, { inputs: 300, hidden: 100, bidirectional: true })
    return runRecurrent(declared, input).outputs
  })

const attentionLayer = (train: boolean) =>
  layer(120, 500, train, (scope, input) => {
    const apply = transformerLayer(scope, { width: 120, heads: 6, feedForward: 480 })
    return apply({ input }).outputs
  })

/** Limbic's own entries. Each runs in a process of its own, with two threads, on batches of full length. */
export const ours: Partial<Record<BenchmarkName, MakeStep>> = {
  'mmlatch-train': trainLatch('lstm'),
  'mmlatch-infer': inferLatch('lstm'),
  'mmlatch-baseline-train': trainLatch('none'),
  'mmlatch-baseline-infer': inferLatch('none'),
  'bilstm-train': lstmLayer(true),
  'bilstm-infer': lstmLayer(false),
  'transformer-train': attentionLayer(true),
  'transformer-infer': attentionLayer(false),
}
