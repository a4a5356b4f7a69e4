/** Trains on takes of one person, with the training graph and loop that Node uses. */
import type { Dataset, Split } from '../../../data/dataset.js'
import type { TrainingConfig } from '../../../learn/config.js'
import type { CheckpointKeeper } from '../../../learn/ports.js'
import { Predictor } from '../../../learn/predictor.js'
import { learns } from '../../../learn/stages.js'
import { Trainer } from '../../../learn/trainer.js'
import type { ConfiguredModel, Stage, Widths } from '../../../models/define/model.js'
import type { Engine } from '../../../runtime/engine.js'
import type { Task } from '../../../task/task.js'
import { withoutFrozen } from './slim.js'
import type { Take, TakeAnswer, Told } from './take.js'

/** What learns from takes, and how. */
export interface Lesson {
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  /** The part that learns; everything unless given. */
  readonly stage?: Stage
  /** The weights that it begins with, all of them. */
  readonly initial: ReadonlyMap<string, Float32Array>
  readonly training: TrainingConfig
  /** Whether fewer epochs are chosen where takes that are left out are answered best after them. */
  readonly choosesEpochs: boolean
  /** The samples of takes, one take after the other, and how many each has. */
  readonly samplesOf: (takes: readonly Take[]) => Split
  readonly countOf: (take: Take) => number
  /** The answer in the outputs of a take's samples. */
  readonly tell: (outputs: readonly Float32Array[], take: Take) => Told
}

/** Keeps the trainings of a lesson, each under its own name. */
export type LessonKeeper = (training: string) => Promise<CheckpointKeeper>

/** What watches a lesson. */
export interface LessonWatcher {
  /** Told the number of finished epochs, and of all that there may be. */
  readonly learning?: (epoch: number, epochs: number) => void
  /** Stops after an epoch; what is kept goes on where it was. */
  readonly signal?: AbortSignal
}

/** What came of a lesson. */
export interface Learned {
  /** All weights. */
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly answers: readonly TakeAnswer[]
  readonly takes: number
  readonly epochs: number
  readonly folds: number
}

/** The most times that takes are left out to choose the number of epochs. */
const mostFolds = 4

/**
 * Trains on all takes except the last of each label that has several; these are kept aside, and have no
 * part in anything but the answers before and after.
 *
 * The number of epochs is chosen, where the lesson wants it and a label has two more takes, by training
 * again and again without some of them: the number after which those left out have the lowest loss,
 * possibly 0. The takes that are learned from are then all learned for as long.
 *
 * @param keep keeps the checkpoints, and continues earlier trainings
 * @throws the reason of the signal, if it stopped
 */
export async function learnFrom(
  engine: Engine,
  lesson: Lesson,
  takes: readonly Take[],
  keep: LessonKeeper,
  { learning, signal }: LessonWatcher = {},
): Promise<Learned> {
  const aside = keptAside(takes)
  const learned = takes.filter((take) => !aside.includes(take))
  const folds = lesson.choosesEpochs ? foldsOf(learned) : []
  const { epochs: most } = lesson.training
  const steps = (folds.length + 1) * most
  let done = 0
  const finished = () => {
    learning?.(++done, steps)
    signal?.throwIfAborted()
  }

  const losses = new Float64Array(most + 1)
  const predictor = await Predictor.open({ ...lesson, engine })
  const { initial, stage } = lesson
  const frozen = {
    weights: new Map([...initial].filter(([name]) => !learns(stage, name))),
    shapes: predictor.parameters,
  }
  const slimly = async (name: string) => withoutFrozen(await keep(name), frozen)
  try {
    for (const [at, out] of folds.entries()) {
      const train = lesson.samplesOf(learned.filter((take) => !out.includes(take)))
      const valid = lesson.samplesOf(out)
      const before = await predictor.predict(valid, lesson.initial)
      losses[0] = (losses[0] ?? 0) + out.length * lesson.task.lossValue(before, valid.targets)
      const keeper = await slimly(`fold-${at}`)
      await trainOn(engine, lesson, { train, valid, keeper, epochs: most }, finished)
      for (const { epoch, validLoss } of (await keeper.load())?.epochs ?? []) {
        losses[epoch] = (losses[epoch] ?? 0) + out.length * validLoss
      }
    }
    const epochs = folds.length > 0 ? losses.indexOf(Math.min(...losses)) : most
    const train = lesson.samplesOf(learned)
    const keeper = await slimly('all')
    const weights =
      epochs === 0
        ? lesson.initial
        : await trainOn(engine, lesson, { train, valid: train, keeper, epochs }, finished)
    const answers = await answersOf(predictor, lesson, aside, weights)
    return { weights, answers, takes: learned.length, epochs, folds: folds.length }
  } finally {
    await predictor.close()
  }
}

/** One training: to its end, from wherever it was. */
async function trainOn(
  engine: Engine,
  { model, widths, task, stage, initial, training }: Lesson,
  given: {
    readonly train: Split
    readonly valid: Split
    readonly keeper: CheckpointKeeper
    readonly epochs: number
  },
  finished: () => void,
): Promise<ReadonlyMap<string, Float32Array>> {
  const { train, valid, keeper, epochs } = given
  const dataset: Dataset = {
    ...{ name: 'takes', synthetic: false, aligned: false, notes: [] },
    splits: { train, valid, test: valid },
    close: () => {},
  }
  const plan = { training: { ...training, epochs, patience: epochs }, ...(stage && { stage }) }
  const trainer = await Trainer.open({
    ...{ model, widths, task, engine, plan, dataset, keeper, initial, seed: 0, session: {} },
  })
  try {
    for (let epoch = 0; epoch < trainer.progress.epoch; epoch++) finished()
    while (!trainer.finished) {
      await trainer.epoch({}, undefined)
      finished()
    }
    return await trainer.bestWeights()
  } finally {
    await trainer.close()
  }
}

/** The last take of each label that has several. */
function keptAside(takes: readonly Take[]): Take[] {
  return takes.filter(
    (take, at) =>
      takes.some((other, place) => place < at && other.label === take.label) &&
      !takes.some((other, place) => place > at && other.label === take.label),
  )
}

/** Which takes are left out together: one of each label that has several; none where no label has. */
function foldsOf(takes: readonly Take[]): Take[][] {
  const places = takes.map((take, at) => {
    const alike = takes.filter(({ label }) => label === take.label)
    return {
      take,
      isAlone: alike.length < 2,
      place: takes.slice(0, at).filter(({ label }) => label === take.label).length,
    }
  })
  const several = places.filter(({ isAlone }) => !isAlone)
  const count = Math.min(mostFolds, 1 + Math.max(-1, ...several.map(({ place }) => place)))
  return Array.from({ length: count }, (_, fold) =>
    several.filter(({ place }) => place % count === fold).map(({ take }) => take),
  )
}

async function answersOf(
  predictor: Predictor,
  lesson: Lesson,
  takes: readonly Take[],
  weights: ReadonlyMap<string, Float32Array>,
): Promise<TakeAnswer[]> {
  if (takes.length === 0) return []
  const samples = lesson.samplesOf(takes)
  const width = lesson.task.outputs.length
  const told = async (by: ReadonlyMap<string, Float32Array>): Promise<Told[]> => {
    const outputs = await predictor.predict(samples, by)
    let first = 0
    return takes.map((take) => {
      const rows = Array.from({ length: lesson.countOf(take) }, () => {
        const row = outputs.slice(first * width, (first + 1) * width)
        first++
        return row
      })
      return lesson.tell(rows, take)
    })
  }
  const [before, after] = [await told(lesson.initial), await told(weights)]
  return takes.flatMap(({ label }, at) => {
    const [one, other] = [before[at], after[at]]
    return one && other ? [{ label, before: one, after: other }] : []
  })
}
