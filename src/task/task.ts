/** What is learned, as one object: nothing outside this folder switches on the kind of a task. */
import type { z } from 'zod'
import type { Dataset, Targets } from '../data/dataset.js'
import type { Dimension, Graph, Tensor } from '../graph/index.js'
import type { Value } from '../runtime/session.js'

/** Numbers of several samples, row by row. */
export type Rows = Float32Array | Int32Array

/** A task as stored in files. */
export interface TaskSpec {
  readonly kind: string
}

/** A model's answer for one sample, in the terms of its task. */
export interface TaskAnswer {
  /** The kind of the task, which tells answers apart. */
  readonly task: string
  readonly prediction: unknown
  /** For each class, or each label independently. */
  readonly probabilities?: Readonly<Record<string, number>>
}

/** How to read the numbers shown to people. */
export interface Scale {
  /** Their quantity: `probability`, from 0 to 1, or the name of the rating, such as `sentiment`. */
  readonly unit: string
  /** What each one belongs to, as a column heading: `Class`; absent if there is only one. */
  readonly heading?: string
  /** The lowest and the highest; default: 0 and 1. */
  readonly range?: readonly [lowest: number, highest: number]
  /** Which of them are the prediction: every one, the highest, or those above their thresholds. */
  readonly decision: 'all' | 'highest' | 'above'
}

/** The classes that samples belong to by their true labels. */
export interface ClassGrouping {
  /** What the classes are: `Emotion`. */
  readonly title: string
  readonly names: readonly string[]
  /** The classes of one sample: one, or any number if several can be present. */
  of(targets: Targets, sample: number): readonly number[]
}

export interface MeasureOptions {
  /** For multiple labels: the probability above which each is predicted; default 0.5. */
  readonly thresholds?: readonly number[] | undefined
  /** Include each class's own metrics, such as `f1.happy`. */
  readonly perClass?: boolean
}

/** How single samples are learned of which only the class in the task's grouping is known. */
export interface Examples {
  /** The targets of samples, from the index of each one's class. */
  targetsOf(classes: readonly number[]): Targets
  /** The classes of the answer in the outputs of one sample. */
  classesIn(outputs: Float32Array, thresholds?: readonly number[]): readonly number[]
}

/** What is learned: a target, its loss, its metrics, and how it is presented. */
export interface Task<Spec extends TaskSpec = TaskSpec, Answer extends TaskAnswer = TaskAnswer> {
  readonly spec: Spec
  /** Its target in the data, as named by `--target`. */
  readonly target: string
  /** The name of each output; there are as many outputs as names. */
  readonly outputs: readonly string[]
  /** The names of classes or labels, if the outputs are classes or labels. */
  readonly classNames?: readonly string[]
  /** Words whose vectors represent the outputs, one per output. */
  readonly words: readonly string[]

  /** The graph's input `target`: [batch], or [batch, columns]. */
  readonly targetType: { readonly dataType: 'float32' | 'int64'; readonly columns?: number }
  /** The value of the input `target`; undefined if the data has none. */
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
   * How much the loss of these samples counts beside that of others: what it was divided by.
   * Default: their number.
   */
  lossWeight?(targets: Targets): number
  /**
   * The same loss as a number, in float64, averaged over all samples.
   *
   * @param predictions [samples, outputs]
   */
  lossValue(predictions: Float32Array, targets: Targets): number
  /** The name of the loss: `Mean absolute error`. */
  readonly lossName: string

  /** The metrics that tables show, by their names in the catalogue; the first leads. */
  readonly metrics: readonly string[]
  /**
   * All scalar metrics, by their names in the catalogue.
   *
   * @param predictions [samples, outputs]
   */
  measure(
    predictions: Float32Array,
    targets: Targets,
    options?: MeasureOptions,
  ): Record<string, number>
  /**
   * The best threshold of each label on these predictions; absent for tasks without thresholds.
   *
   * @param predictions [samples, outputs]
   */
  thresholds?(predictions: Float32Array, targets: Targets): number[]

  readonly scale: Scale
  /** The outputs of one sample as the numbers shown to people, one per output. */
  scores(outputs: Float32Array): number[]
  /** Which scores are the prediction. */
  decide(scores: readonly number[], thresholds?: readonly number[]): boolean[]
  /** The answer in the outputs of one sample. */
  answer(outputs: Float32Array, thresholds?: readonly number[]): Answer
  /** The answer in a few words. */
  describe(outputs: Float32Array, thresholds?: readonly number[]): string
  /** The truth of one sample, in a few words. */
  describeTruth(targets: Targets, sample: number): string
  /** The meaning of the outputs, for readers of an exported file. */
  readonly meaning: string

  /** The classes that explanations are grouped by. */
  readonly grouping: ClassGrouping
  /** For samples that a person shows on purpose, one class each; absent where that says too little. */
  readonly examples?: Examples
  /** For charts of predictions against truths: one number per sample, if one says it all. */
  readonly chart?: {
    /** If the number is the index of a class. */
    readonly classNames?: readonly string[]
    /** @param outputs [samples, outputs] */
    predictions(outputs: Float32Array): ArrayLike<number>
  }
  /** What the data calls the things in `classNames`. */
  namesIn?(dataset: Dataset): readonly string[] | undefined
}

/** What a configuration requests of a task. */
export interface TaskOptions {
  /** Of sentiment: of its number, or of its classes. */
  readonly loss: 'l1' | 'mse' | 'classes'
  /** What gives the polarity of classes of sentiment; default: probabilities. */
  readonly reading?: 'probabilities' | 'logits'
  readonly balance?: 'none' | 'classes'
  readonly thresholds?: 'half' | 'validation'
}

/** A kind of task: how to make one from data and requests, and from a file. */
export interface TaskKind<Known extends Task = Task> {
  /** The target in the data, as named by `--target`. */
  readonly target: string
  /** Reads a task from a file. */
  readonly schema: z.ZodType<Known>
  /** Whether its loss can be chosen. */
  readonly losses: boolean
  /** Whether it has classes or labels to balance. */
  readonly balances: boolean
  /** Whether it has thresholds to tune. */
  readonly thresholds: boolean
  /** @throws LimbicError if a class to be weighted never occurs in training */
  make(dataset: Dataset, options: TaskOptions): Known
}

/** The graph input `target` of a task. */
export function addTarget(graph: Graph, batch: Dimension, { targetType }: Task): Tensor {
  const { dataType, columns } = targetType
  return graph.input('target', dataType, columns === undefined ? [batch] : [batch, columns])
}

/** The value of that input, for `size` samples; undefined if the data has none. */
export function targetFeed(targets: Targets, size: number, task: Task): Value | undefined {
  const { dataType, columns } = task.targetType
  const data = task.targetValues(targets)
  return data && { dataType, shape: columns === undefined ? [size] : [size, columns], data }
}

/** The outputs of one sample out of [samples, outputs]. */
export function outputsOf(predictions: Float32Array, sample: number, task: Task): Float32Array {
  const count = task.outputs.length
  return predictions.subarray(sample * count, (sample + 1) * count)
}
