import { type Modality, modalities } from '../src/base/modalities.js'
import {
  Graph,
  gradients,
  multiply,
  reduceSum,
  type Tensor,
  writeModel,
} from '../src/graph/index.js'
import { TrainingState } from '../src/learn/step/state.js'
import { type ConfiguredModel, hda, mmlatch, mult, selfcross } from '../src/models/index.js'
import { recurrent, Scope, transformerLayer } from '../src/nn/index.js'
import { openSession } from '../src/runtime/node.js'
import type { Value } from '../src/runtime/session.js'
import { multiLabel } from '../src/task/multi-label.js'
import { sentiment } from '../src/task/sentiment.js'
import { singleLabel } from '../src/task/single-label.js'
import type { Task } from '../src/task/task.js'
import type { BenchmarkName } from './benchmarks.js'
import {
  fullLengths,
  infer,
  random,
  randomTarget,
  type Setting,
  session,
  train,
} from './setting.js'
import { Extraction, type ExtractionCase } from './sparse/extraction.js'
import type { MakeStep } from './step.js'
import { systems } from './systems/settings.js'

const batch = 32

/** MMLatch at the document's size, with all that the published code does differently from the text. */
export function latch(feedback: 'lstm' | 'none'): Setting {
  const published = {
    stageOneGradients: true,
    readout: 'attention',
    padding: 'seen',
  }
  const model = mmlatch.configure({ feedback, ...published })
  const widths = { text: 300, audio: 74, vision: 35 }
  const task: Task = sentiment({ loss: 'l1' })
  const time = 50
  const feeds = new Map<string, Value>([
    ['text', random(batch, time, widths.text)],
    ['audio', random(batch, time, widths.audio)],
    ['vision', random(batch, time, widths.vision)],
    ['lengths', fullLengths(time, batch)],
    ['target', random(batch)],
  ])
  return { model, widths, task, feeds }
}

/** A model that reads three sequences of their own lengths, all of the full one. */
function unaligned(
  model: ConfiguredModel,
  task: Task,
  size: number,
  shapes: Readonly<Record<Modality, readonly [time: number, width: number]>>,
): Setting {
  const feeds = new Map<string, Value>()
  for (const modality of modalities) {
    const [time, width] = shapes[modality]
    feeds.set(modality, random(size, time, width))
    feeds.set(`${modality}_lengths`, fullLengths(time, size))
  }
  feeds.set('target', randomTarget(task, size))
  const widths = Object.fromEntries(modalities.map((modality) => [modality, shapes[modality][1]]))
  return { model, widths, task, feeds }
}

/** SelfCross at the document's size. */
export const crossing = (attention: 'self' | 'cross'): Setting =>
  unaligned(
    selfcross.configure({ attention }),
    singleLabel({ classNames: Array.from({ length: 7 }, (_, index) => `class ${index}`) }),
    batch,
    { text: [128, 300], audio: [1000, 120], vision: [32, 2048] },
  )

/** MulT on unaligned sequences, with all that the published code does differently from the text. */
export const translating = (): Setting =>
  unaligned(mult.configure({ residual: 'plain', padding: 'seen' }), sentiment({ loss: 'l1' }), 24, {
    text: [50, 300],
    audio: [500, 74],
    vision: [375, 35],
  })

/** HDA on sequences of fifty steps, all of it learning at once. */
export const delta = (): Setting =>
  unaligned(
    hda.configure({ training: 'joint' }),
    multiLabel({ labelNames: Array.from({ length: 6 }, (_, index) => `label ${index}`) }),
    batch,
    { text: [50, 300], audio: [50, 74], vision: [50, 35] },
  )

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
    const weights = TrainingState.initial({ parameters, packs: [] }, 0).snapshot()
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
    return declared(input).outputs
  })

const attentionLayer = (train: boolean) =>
  layer(120, 500, train, (scope, input) => {
    const apply = transformerLayer(scope, { width: 120, heads: 6, feedForward: 480 })
    return apply({ input }).outputs
  })

/** A training step and an inference of each setting. */
function bothSteps<Name extends string>(settings: Readonly<Record<Name, () => Setting>>) {
  const steps = Object.entries<() => Setting>(settings).flatMap(([name, make]) => [
    [`${name}-train`, train(make)] as const,
    [`${name}-infer`, infer(make)] as const,
  ])
  return Object.fromEntries(steps)
}

/** MESM's feature extraction from 16 pictures; half of the attention is selected. */
function extraction(picture: ExtractionCase['picture'], mode: ExtractionCase['mode']): MakeStep {
  return async () => {
    const made = await Extraction.open({ picture, count: 16, mode, share: 0.5 }, session.threads)
    return async () => void (await made.run())
  }
}

/** Limbic's own entries. Each runs in a process of its own, with two threads, on batches of full length. */
export const ours: Partial<Record<BenchmarkName, MakeStep>> = {
  'mmlatch-train': train(() => latch('lstm')),
  'mmlatch-infer': infer(() => latch('lstm')),
  'mmlatch-baseline-train': train(() => latch('none')),
  'mmlatch-baseline-infer': infer(() => latch('none')),
  'bilstm-train': lstmLayer(true),
  'bilstm-infer': lstmLayer(false),
  'transformer-train': attentionLayer(true),
  'transformer-infer': attentionLayer(false),
  'selfcross-self-train': train(() => crossing('self')),
  'selfcross-self-infer': infer(() => crossing('self')),
  'selfcross-cross-train': train(() => crossing('cross')),
  'selfcross-cross-infer': infer(() => crossing('cross')),
  'mult-train': train(translating),
  'mult-infer': infer(translating),
  'hda-train': train(delta),
  'hda-infer': infer(delta),
  ...bothSteps(systems),
  'mesm-face-train': extraction('face', 'train'),
  'mesm-face-infer': extraction('face', 'infer'),
  'mesm-chunk-train': extraction('chunk', 'train'),
  'mesm-chunk-infer': extraction('chunk', 'infer'),
}
