/** What is learnt, as one object: nothing outside this folder asks which kind a task is of. */
import type { z } from 'zod'
import type { Dataset, Targets } from '../data/dataset.js'
import type { Dimension, Graph, Tensor } from '../graph/index.js'
import type { Value } from '../runtime/session.js'

/** Numbers of several samples, row by row. */
export type Rows = Float32Array | Int32Array

/** What files hold of a task. */
export interface TaskSpec {
  readonly kind: string
}

/** What a model says of one sample, in the words of its task. */
export interface TaskAnswer {
  /** The kind of the task, by which answers are told apart. */
  readonly task: string
  readonly prediction: unknown
  /** Of each class, or of each label on its own. */
  readonly probabilities?: Readonly<Record<string, number>>
}

/** How the numbers that people are told are read. */
export interface Scale {
  /** What they count: `probability`, from 0 to 1, or the name of what is rated, such as `sentiment`. */
  readonly unit: string
  /** What one of them is of, as the heading of a column: `Class`; absent where there is only one. */
  readonly heading?: string
  /** Which of them a model stands by: every one, the highest, or those above their thresholds. */
  readonly stands: 'all' | 'highest' | 'above'
}

/** Into which classes samples fall by what they truly are. */
export interface ClassGrouping {
  /** What the classes are of: `Emotion`. */
  readonly title: string
  readonly names: readonly string[]
  /** The classes of one sample: one, or any number where several can be present at once. */
  of(targets: Targets, sample: number): readonly number[]
}

export interface MeasureOptions {
  /** For several labels at once: the probability above which each is predicted; 0.5 unless given. */
  readonly thresholds?: readonly number[] | undefined
  /** Give each class's own numbers as well, as `f1.happy`. */
  readonly perClass?: boolean
}

/** What is learnt: a target, its loss, what it is measured by, and how it is told to people. */
export interface Task<Spec extends TaskSpec = TaskSpec, Answer extends TaskAnswer = TaskAnswer> {
  readonly spec: Spec
  /** What each number is called that a model gives for a sample; there are as many as names. */
  readonly outputs: readonly string[]
  /** The names of classes or labels, where outputs stand for such. */
  readonly classNames?: readonly string[]
  /** Words whose vectors say what the outputs mean, one an output. */
  readonly words: readonly string[]

  /** The graph's input `target`: [batch], or [batch, columns]. */
  readonly targetType: { readonly dataType: 'float32' | 'int64'; readonly columns?: number }
  /** What goes into the input `target`; undefined where the data do not have it. */
  targetValues(targets: Targets): Float32Array | BigInt64Array | undefined
  /**
   * The truths as plain numbers, row by row.
   *
   * @throws LimbicError if the samples have none
   */
  truths(targets: Targets): Rows

  /**
   * The loss in the graph: a scalar.
   *
   * @param prediction [batch, outputs]
   * @param target of `targetType`
   */
  loss(prediction: Tensor, target: Tensor): Tensor
  /**
   * The same loss as a number, in float64, averaged over all samples.
   *
   * @param predictions [samples, outputs]
   */
  lossValue(predictions: Float32Array, targets: Targets): number
  /** What the loss is called: `Mean absolute error`. */
  readonly lossName: string

  /** The metrics that tables show, by their names in the catalogue; the first one leads. */
  readonly metrics: readonly string[]
  /**
   * All metrics that are one number each, by their names in the catalogue.
   *
   * @param predictions [samples, outputs]
   */
  measure(
    predictions: Float32Array,
    targets: Targets,
    options?: MeasureOptions,
  ): Record<string, number>
  /**
   * The threshold of each label that is best on these predictions; absent for tasks without any.
   *
   * @param predictions [samples, outputs]
   */
  thresholds?(predictions: Float32Array, targets: Targets): number[]

  readonly scale: Scale
  /** The outputs of one sample as the numbers that people are told, one an output. */
  scores(outputs: Float32Array): number[]
  /** Which of the scores the model stands by. */
  stands(scores: readonly number[], thresholds?: readonly number[]): boolean[]
  /** What the outputs of one sample say. */
  answer(outputs: Float32Array, thresholds?: readonly number[]): Answer
  /** The same in a few words. */
  tell(outputs: Float32Array, thresholds?: readonly number[]): string
  /** What is true of one sample, in a few words. */
  tellTruth(targets: Targets, sample: number): string
  /** What the outputs mean to whoever reads an exported file. */
  readonly meaning: string

  /** The classes that explanations are given by. */
  readonly grouping: ClassGrouping
  /** For charts of predictions against truths: one number a sample, where one says it all. */
  readonly chart?: {
    /** Where the number is the index of a class. */
    readonly classNames?: readonly string[]
    /** @param outputs [samples, outputs] */
    predictions(outputs: Float32Array): ArrayLike<number>
  }
  /** What the data call that which `classNames` names. */
  namesIn?(dataset: Dataset): readonly string[] | undefined
}

/** What a configuration wishes of a task. */
export interface TaskWishes {
  readonly loss: 'l1' | 'mse'
  readonly balance?: 'none' | 'classes'
  readonly thresholds?: 'half' | 'validation'
}

/** One kind of task: how one is made of data and wishes, and of what a file holds. */
export interface TaskKind<Known extends Task = Task> {
  /** The target in the data that it predicts, as `--target` has it. */
  readonly target: string
  /** Reads what files hold. */
  readonly schema: z.ZodType<Known>
  /** Whether there are classes or labels whose shares differ. */
  readonly balances: boolean
  /** Whether it has thresholds to choose. */
  readonly thresholds: boolean
  /** @throws LimbicError if a class that is to be weighed never occurs in training */
  make(dataset: Dataset, wishes: TaskWishes): Known
}

/** The input named `target` of a task's type. */
export function addTarget(graph: Graph, batch: Dimension, { targetType }: Task): Tensor {
  const { dataType, columns } = targetType
  return graph.input('target', dataType, columns === undefined ? [batch] : [batch, columns])
}

/** What goes into that input, of `size` samples; undefined where the data do not have it. */
export function targetFeed(targets: Targets, size: number, task: Task): Value | undefined {
  const { dataType, columns } = task.targetType
  const data = task.targetValues(targets)
  return data && { dataType, shape: columns === undefined ? [size] : [size, columns], data }
}

/** The outputs of one sample among those of many, [samples, outputs]. */
export function outputsOf(predictions: Float32Array, sample: number, task: Task): Float32Array {
  const count = task.outputs.length
  return predictions.subarray(sample * count, (sample + 1) * count)
}
