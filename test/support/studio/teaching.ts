/** Takes and small models, to be taught. */
import { readFileSync } from 'node:fs'
import { RandomStream } from '../../../src/base/random.js'
import { bundledFile, bundledWeights } from '../../../src/disk/assets.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { lfLstm, type Model, mmlatch } from '../../../src/models/index.js'
import type { Engine } from '../../../src/runtime/engine.js'
import type { LessonKeeper } from '../../../src/studio/worker/teach/lesson.js'
import type { Take, Taught } from '../../../src/studio/worker/teach/take.js'
import { TeachableModel } from '../../../src/studio/worker/teach/teachable.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { sentiment } from '../../../src/task/sentiment.js'
import type { Task } from '../../../src/task/task.js'
import { exportModel } from '../../../src/use/exported/export.js'
import { memoryKeeper } from '../models/memory-keeper.js'
import { smallStandardisation, smallWidths } from '../models/small-model.js'

export const voiceFile = new Uint8Array(readFileSync(bundledFile(bundledWeights.voice, 'missing')))

/** Keeps each training of a lesson in memory. */
export const memory = (): LessonKeeper & {
  readonly kept: Map<string, ReturnType<typeof memoryKeeper>>
} => {
  const kept = new Map<string, ReturnType<typeof memoryKeeper>>()
  const keep = async (training: string) => {
    const keeper = kept.get(training) ?? memoryKeeper()
    kept.set(training, keeper)
    return keeper
  }
  return Object.assign(keep, { kept })
}

/** Takes of a voice whose bands differ by what it shows, in dB. */
export function voices(labels: readonly number[], each: number, steps = 60): Take[] {
  const random = new RandomStream(7, 'voices')
  return Array.from({ length: each * labels.length }, (_, at) => {
    const label = labels[at % labels.length] ?? 0
    const values = Float32Array.from({ length: steps * 64 }, (_, place) => {
      const [step, band] = [Math.floor(place / 64), place % 64]
      const voiced = 12 * Math.sin(step / (2 + label)) - (label * band) / 8
      return -40 + voiced + random.normal(0, 2)
    })
    return { label, rows: [], features: new Map([['audio', { values, steps }]]) }
  })
}

/** Takes for a model of three modalities. */
export function threefold(labels: readonly number[], each: number): Take[] {
  const random = new RandomStream(9, 'takes')
  return Array.from({ length: each * labels.length }, (_, at) => {
    const label = labels[at % labels.length] ?? 0
    const steps = 4 + random.integer(5)
    const feature = (width: number) => ({
      values: Float32Array.from({ length: steps * width }, () => random.normal(1 + 2 * label, 3)),
      steps,
    })
    const { text, audio, vision } = smallWidths
    const missing = { values: new Float32Array(steps * text).fill(Number.NaN), steps }
    const features = new Map([
      ['text', at % 3 === 0 ? missing : feature(text)],
      ['audio', feature(audio)],
      ['vision', feature(vision)],
    ])
    return { label, rows: [], features }
  })
}

const emotions = ['happy', 'sad', 'fear']

export interface SmallCase {
  readonly model: Model
  readonly settings: object
  readonly task: Task
  /** What the takes show, as classes of the task, and how many there are of each. */
  readonly labels: readonly number[]
  readonly each: number
}

/** Small models, of tasks of other kinds than the voice. */
export const mmlatchCase: SmallCase = {
  ...{ model: mmlatch, settings: { hidden: 4 }, task: sentiment({ loss: 'l1' }) },
  // Too few to choose for how long it learns, which takes a larger model longer.
  ...{ labels: [1, 3, 5], each: 2 },
}
export const lstmCase: SmallCase = {
  ...{ model: lfLstm, settings: { hidden: 4 }, task: multiLabel({ labelNames: emotions }) },
  ...{ labels: [0, 1, 2], each: 3 },
}

export function fileOf({ model, settings, task }: Omit<SmallCase, 'labels' | 'each'>): Uint8Array {
  const configured = model.configure(settings)
  const graph = predictionGraph(configured, smallWidths, task)
  return exportModel({
    ...{ model: configured, widths: smallWidths, task, standardisation: smallStandardisation() },
    weights: TrainingState.initial(graph, 4).snapshot(),
    metadata: { trainingData: 'made up', synthetic: true, notes: { seed: '4' } },
  })
}

export const same = (label: number) => label

export async function taughtBy(
  engine: Engine,
  file: Uint8Array,
  last: number | 'all',
  takes: readonly Take[],
  keep: LessonKeeper = memory(),
): Promise<Taught> {
  const model = await TeachableModel.open(engine, file, 'model.onnx')
  try {
    return await model.learn(last, takes, same, keep)
  } finally {
    await model.close()
  }
}
