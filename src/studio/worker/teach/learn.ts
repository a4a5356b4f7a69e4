/** Trains the last layer on takes of one person, with the training graph that Node uses. */
import type { Dataset, Split } from '../../../data/dataset.js'
import { wholeFeature } from '../../../data/feature.js'
import { trainingConfig } from '../../../learn/config.js'
import type { CheckpointKeeper } from '../../../learn/ports.js'
import { Predictor } from '../../../learn/predictor.js'
import { Trainer } from '../../../learn/trainer.js'
import type { Engine } from '../../../runtime/engine.js'
import { singleLabel } from '../../../task/single-label.js'
import { fusionWeights, personalFusion, type TaughtRow, widthsFor } from './model.js'

/** A take: an emotion shown on purpose. */
export interface Take {
  /** The index of the emotion among those of the models. */
  readonly emotion: number
  /** One row per half second. */
  readonly rows: readonly TaughtRow[]
}

/** The prediction for a held-out take. */
export interface TakeAnswer {
  readonly emotion: number
  /** The most likely emotion before and after training, and the probability of the true one. */
  readonly before: { readonly emotion: number; readonly share: number }
  readonly after: { readonly emotion: number; readonly share: number }
}

/** The result of training. */
export interface Taught {
  /** Parameters of the layer, by name. */
  readonly weights: readonly (readonly [string, readonly number[]])[]
  readonly answers: readonly TakeAnswer[]
  /** The takes used for training. */
  readonly takes: number
}

const training = trainingConfig.parse({
  ...{ epochs: 60, patience: 60, batchSize: 8, learningRate: 0.02, monitor: 'none' },
})

/**
 * Trains on all takes except the last of each emotion that has several; these are held out. The
 * layer starts as the fusion of the starter models.
 *
 * @param keeper stores the checkpoint, and resumes an earlier training
 * @param told called with the number of finished epochs, and of all
 */
export async function learnFrom(
  engine: Engine,
  emotions: readonly string[],
  takes: readonly Take[],
  keeper: CheckpointKeeper,
  told: (epoch: number, epochs: number) => void = () => {},
): Promise<Taught> {
  const aside = keptAside(takes)
  const learned = takes.filter((take) => !aside.includes(take))
  const [train, test] = [splitOf(learned), splitOf(aside)]
  const dataset: Dataset = {
    ...{ name: 'takes', synthetic: false, aligned: false, classNames: emotions, notes: [] },
    // No validation split: there are too few takes.
    splits: { train, valid: train, test },
    close: () => {},
  }
  const task = singleLabel({ classNames: [...emotions] })
  const shared = { model: personalFusion, widths: widthsFor(emotions), task, engine, session: {} }
  const initial = fusionWeights(emotions)
  const trainer = await Trainer.open({
    ...{ ...shared, plan: { training }, dataset, keeper, initial, seed: 0 },
  })
  try {
    while (!trainer.finished) {
      await trainer.epoch({}, undefined)
      told(trainer.progress.epoch, training.epochs)
    }
    const weights = await trainer.bestWeights()
    const predictor = await Predictor.open(shared)
    try {
      const before = test.ids.length > 0 ? await predictor.predict(test, initial) : []
      const after = test.ids.length > 0 ? await predictor.predict(test, weights) : []
      const answersOf = (outputs: ArrayLike<number>) =>
        takeAnswers(aside, Float32Array.from(outputs), emotions.length, task.scores)
      const [first, second] = [answersOf(before), answersOf(after)]
      return {
        weights: [...weights].map(([name, data]) => [name, [...data]]),
        answers: aside.flatMap(({ emotion }, at) => {
          const [one, other] = [first[at], second[at]]
          return one && other ? [{ emotion, before: one, after: other }] : []
        }),
        takes: learned.length,
      }
    } finally {
      await predictor.close()
    }
  } finally {
    await trainer.close()
  }
}

/** The last take of each emotion that has several. */
function keptAside(takes: readonly Take[]): Take[] {
  return takes.filter(
    (take, at) =>
      takes.some((other, place) => place < at && other.emotion === take.emotion) &&
      !takes.some((other, place) => place > at && other.emotion === take.emotion),
  )
}

function splitOf(takes: readonly Take[]): Split {
  const rows = takes.flatMap(({ emotion, rows: own }) => own.map((row) => ({ emotion, row })))
  const width = rows[0]?.row.voice.length ?? 0
  const feature = (sense: 'voice' | 'face') =>
    wholeFeature(width, Float32Array.from(rows.flatMap(({ row }) => row[sense])))
  return {
    ids: rows.map((_, at) => String(at)),
    features: { voice: feature('voice'), face: feature('face') },
    targets: { classes: Int32Array.from(rows, ({ emotion }) => emotion) },
  }
}

/** The mean probabilities over the rows of each take. */
function takeAnswers(
  takes: readonly Take[],
  outputs: Float32Array,
  count: number,
  scores: (outputs: Float32Array) => number[],
): { emotion: number; share: number }[] {
  let first = 0
  return takes.map(({ emotion, rows }) => {
    const sums = new Float64Array(count)
    for (let row = first; row < first + rows.length; row++) {
      const shares = scores(outputs.subarray(row * count, (row + 1) * count))
      for (const [place, share] of shares.entries()) sums[place] = (sums[place] ?? 0) + share
    }
    first += rows.length
    const best = sums.indexOf(Math.max(...sums))
    return { emotion: best, share: (sums[emotion] ?? 0) / rows.length }
  })
}
