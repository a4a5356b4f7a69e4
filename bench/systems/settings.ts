/** The quoted systems and FE2E at the sizes of their peers (`bench/peers/systems`), with all that published code does differently from the papers. */
import { RandomStream } from '../../src/base/random.js'
import {
  type ConfiguredModel,
  fe2e,
  graphMfn,
  lmf,
  marn,
  mcsan,
  mctn,
  mfn,
  misa,
  multimodalRouting,
  raven,
  selfMm,
  tbje,
  tfn,
} from '../../src/models/index.js'
import type { Value } from '../../src/runtime/session.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { singleLabel } from '../../src/task/single-label.js'
import type { Task } from '../../src/task/task.js'
import { fullLengths, random, randomTarget, type Setting } from '../setting.js'

/** [time, ...shape of a step] of each sequence. */
type Shapes = Readonly<Record<string, readonly number[]>>

const score = sentiment({ loss: 'l1' })
const squaredScore = sentiment({ loss: 'mse' })
const names = (count: number) => Array.from({ length: count }, (_, index) => `class ${index}`)

/** Words or frames as numbers below `count`; 0 stands for padding. */
function wordNumbers(size: number, time: number, count: number): Value {
  const stream = new RandomStream(0, 'benchmark words')
  const draw = () => BigInt(1 + stream.integer(count - 1))
  return {
    dataType: 'int64',
    shape: [size, time],
    data: BigInt64Array.from({ length: size * time }, draw),
  }
}

/**
 * A model on a batch of full length.
 *
 * @param further inputs that are no sequences of features
 */
function setting(
  model: ConfiguredModel,
  task: Task,
  size: number,
  shapes: Shapes,
  further: Readonly<Record<string, Value>> = {},
): Setting {
  const feeds = new Map(Object.entries(further))
  const widths: Record<string, number> = Object.fromEntries(
    Object.keys(further).map((name) => [name, 1]),
  )
  for (const [name, shape] of Object.entries(shapes)) {
    feeds.set(name, random(size, ...shape))
    widths[name] = shape.slice(1).reduce((product, axis) => product * axis, 1)
  }
  for (const { name, time } of model.inputs) {
    if (time === undefined) continue
    const steps = feeds.get(name)?.shape[1] ?? 0
    feeds.set(time.replace(/time$/, 'lengths'), fullLengths(steps, size))
  }
  feeds.set('target', randomTarget(task, size))
  return { model, widths, task, feeds }
}

const aligned50 = { text: [50, 300], audio: [50, 74], vision: [50, 35] }
const aligned20 = { text: [20, 300], audio: [20, 5], vision: [20, 20] }
const seen = { padding: 'seen' }

/** 50 words of 20 frames each. */
function shifting(): Setting {
  const [size, words, frames] = [20, 50, 20]
  const counts: Value = {
    dataType: 'int64',
    shape: [size, words],
    data: BigInt64Array.from({ length: size * words }, () => BigInt(frames)),
  }
  return setting(
    raven.configure({ gates: 'linear', scaling: 'proportional', normalise: 'slots' }),
    squaredScore,
    size,
    { text: [words, 300], audioFrames: [words, frames, 74], visionFrames: [words, frames, 47] },
    { audioFrameCounts: counts, visionFrameCounts: counts },
  )
}

/** BERT's vector of a text is given; labels of 1284 samples move. */
function movingLabels(): Setting {
  const [size, samples] = [32, 1284]
  const stream = new RandomStream(0, 'benchmark labels')
  const scores = Float32Array.from({ length: samples }, () => 2 * stream.normal())
  const shapes = { text: [1, 768], audio: [375, 5], vision: [500, 20] }
  const made = setting(selfMm.configure({ textReadout: 'first' }), score, size, shapes)
  const feeds = new Map(made.feeds)
  feeds.set('target', { dataType: 'float32', shape: [size], data: scores.slice(0, size) })
  const places = BigInt64Array.from({ length: size }, (_, place) => BigInt(place))
  feeds.set('sample', { dataType: 'int64', shape: [size], data: places })
  return { ...made, feeds, trainingSet: { samples, scores } }
}

/** 4 samples of 50 tokens, 4 faces and 4 chunks of sound; ALBERT base, whose rate is a tenth. */
function endToEnd(): Setting {
  const size = 4
  const albert = {
    ...{ textEmbedding: 128, textWidth: 768, textLayers: 12, textHeads: 12 },
    ...{ textFeedForward: 3072, textDropout: 0 },
  }
  const made = setting(
    fe2e.configure({ ...albert, faces: 'numbers', positions: 'none' }),
    multiLabel({ labelNames: names(6) }),
    size,
    { vision: [4, 3, 48, 48], audio: [4, 1, 128, 32] },
    { text: wordNumbers(size, 50, 30_000) },
  )
  return { ...made, groups: [{ prefix: 'text.', factor: 0.1 }] }
}

export const systems = {
  tfn: () => setting(tfn.configure(seen), score, 32, aligned50),
  lmf: () => setting(lmf.configure({ ...seen, weightedRanks: true }), score, 32, aligned50),
  mfn: () => setting(mfn.configure({ ...seen, gates: 'memory' }), score, 128, aligned20),
  'graph-mfn': () =>
    setting(
      graphMfn.configure({ ...seen, reads: 'outputs', efficacies: 'linear', gates: 'memory' }),
      score,
      64,
      aligned50,
    ),
  marn: () => setting(marn.configure({ ...seen, depth: 1 }), score, 128, aligned20),
  raven: shifting,
  mctn: () => setting(mctn.configure({ ...seen, cells: 'published' }), score, 32, aligned20),
  misa: () =>
    setting(
      misa.configure({ vocabulary: 3000 }),
      squaredScore,
      64,
      { audio: [50, 74], vision: [50, 35] },
      { text: wordNumbers(64, 50, 3000) },
    ),
  'self-mm': movingLabels,
  mcsan: () =>
    setting(mcsan.configure({}), singleLabel({ classNames: names(4) }), 32, {
      audio: [1000, 40],
      text: [50, 300],
    }),
  'multimodal-routing': () =>
    setting(
      multimodalRouting.configure(seen),
      singleLabel({ classNames: names(7) }),
      32,
      aligned50,
    ),
  tbje: () =>
    setting(
      tbje.configure({
        ...{ ...seen, modalities: ['text', 'audio'], words: 'numbers', vocabulary: 10_000 },
      }),
      multiLabel({ labelNames: names(6) }),
      32,
      { audio: [60, 80] },
      { text: wordNumbers(32, 60, 10_000) },
    ),
  fe2e: endToEnd,
} as const satisfies Readonly<Record<string, () => Setting>>
