import { RandomStream } from '../../../src/base/random.js'
import type { Split } from '../../../src/data/dataset.js'
import type { Standardisation } from '../../../src/data/prepare/standardise/standardise.js'
import type { RawSample } from '../../../src/index.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { mmlatch } from '../../../src/models/index.js'
import type { Value } from '../../../src/runtime/session.js'
import { sentiment } from '../../../src/task/sentiment.js'
import type { Task } from '../../../src/task/task.js'
import { readSteps, sourceOf } from '../datasets.js'

export const smallWidths = { text: 5, audio: 3, vision: 4 } as const
export const regression: Task = sentiment({ loss: 'l1' })

/** An MMLatch of eight hidden units with fresh weights. */
export function smallModel(task: Task = regression, settings: object = {}) {
  const model = mmlatch.configure({ hidden: 8, ...settings })
  const graph = predictionGraph(model, smallWidths, task)
  const weights = TrainingState.initial(graph, 11).snapshot()
  return { model, widths: smallWidths, task, weights }
}

/** Statistics far from those of standardised features. */
export function smallStandardisation(): Standardisation {
  const random = new RandomStream(3, 'statistics')
  const statistics = (width: number) => ({
    mean: Float32Array.from({ length: width }, () => random.uniform(-2, 5)),
    deviation: Float32Array.from({ length: width }, () => random.uniform(0.5, 4)),
  })
  return {
    text: statistics(smallWidths.text),
    audio: statistics(smallWidths.audio),
    vision: statistics(smallWidths.vision),
  }
}

/**
 * Random raw features of samples of these lengths.
 *
 * @param filler what stands after each sample's end
 */
export function rawFeeds(lengths: readonly number[], time: number, filler = 0): Map<string, Value> {
  const random = new RandomStream(5, 'features')
  const feeds = new Map<string, Value>()
  for (const [modality, width] of Object.entries(smallWidths)) {
    const data = new Float32Array(lengths.length * time * width).fill(filler)
    for (const [row, length] of lengths.entries()) {
      for (let at = 0; at < length * width; at++) {
        data[row * time * width + at] = random.normal(1, 3)
      }
    }
    feeds.set(modality, { dataType: 'float32', shape: [lengths.length, time, width], data })
  }
  const data = BigInt64Array.from(lengths, (length) => BigInt(length))
  return feeds.set('lengths', { dataType: 'int64', shape: [lengths.length], data })
}

/** The samples of a split as `predict` takes them. */
export function rawSamples({ ids, features: { text, audio, vision } }: Split): RawSample[] {
  return ids.map((id, row) => ({
    id,
    text: readSteps(text, row),
    audio: readSteps(audio, row),
    vision: readSteps(vision, row),
  }))
}

/** An aligned split of raw features with sentiment and words, of sequences of 4 to 12 steps. */
export function smallSplit(samples: number): Split {
  const random = new RandomStream(7, 'split')
  const lengths = Array.from({ length: samples }, () => 4 + random.integer(9))
  const source = (width: number) =>
    sourceOf(
      width,
      lengths.map((length) => Array.from({ length: length * width }, () => random.normal(1, 3))),
    )
  return {
    ids: lengths.map((_, row) => `clip ${row}`),
    rawText: lengths.map((length) =>
      Array.from({ length }, (_, step) => `word${step + 1}`).join(' '),
    ),
    features: {
      text: source(smallWidths.text),
      audio: source(smallWidths.audio),
      vision: source(smallWidths.vision),
    },
    targets: { sentiment: Float32Array.from(lengths, () => random.uniform(-3, 3)) },
  }
}
