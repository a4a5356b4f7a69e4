/** The content of a comparison. */
import { nameOfData } from '../../../data/name.js'
import type { GroupComparison } from '../../../metrics/index.js'
import type { TableStyle } from '../../tables/style.js'

/** One training from one seed, on one fold where there are folds. */
export interface ComparedRun {
  readonly seed: number
  readonly fold?: number
  /** Figures on the reported split, by name; NaN if undefined. */
  readonly metrics: Readonly<Record<string, number>>
  readonly epochs: readonly {
    readonly epoch: number
    readonly trainLoss: number
    readonly validLoss: number
  }[]
  /** One number per sample: a sentiment, or the index of a class; if known. */
  readonly predictions?: ArrayLike<number>
  readonly truths?: ArrayLike<number>
}

/** Runs of one model with one choice of settings. */
export interface ComparedGroup {
  readonly name: string
  readonly runs: readonly ComparedRun[]
  /** The figures that the model's document reports, by metric, on the same scale. */
  readonly reported?: Readonly<Record<string, number>>
}

export interface ComparisonContent {
  readonly title: string
  readonly dataName: string
  readonly synthetic: boolean
  /** Default: "test". */
  readonly splitName?: string
  readonly groups: readonly ComparedGroup[]
  /** Names of metrics in the order of columns. */
  readonly metricsShown: readonly string[]
  /** How figures in tables are written. */
  readonly style?: TableStyle
  /** The metrics that get a chart; default: the first two. */
  readonly metricsDrawn?: readonly string[]
  /** How far differences can be trusted, in one metric each; its stars are on the results, too. */
  readonly comparisons?: readonly GroupComparison[]
  /** The names of the classes, if predictions are classes. */
  readonly classNames?: readonly string[]
  /** The name of the loss, such as "L1". */
  readonly lossName?: string
  /** More facts, such as the date and the versions. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly footer?: string
}

/** One metric for every run of a group. */
export function valuesOf({ runs }: ComparedGroup, metric: string): number[] {
  return runs.map(({ metrics }) => metrics[metric] ?? Number.NaN)
}

/** Whether runs differ in their folds. */
export function hasFolds(groups: readonly ComparedGroup[]): boolean {
  return groups.some(({ runs }) => runs.some(({ fold }) => fold !== undefined))
}

/** What runs are repeated over: "seeds", or "seeds and folds". */
export function repeatedOver(groups: readonly ComparedGroup[]): string {
  return hasFolds(groups) ? 'seeds and folds' : 'seeds'
}

/** The data behind the figures, for captions that may be read alone. */
export function whatOf({
  dataName,
  synthetic,
  splitName = 'test',
}: Pick<ComparisonContent, 'dataName' | 'synthetic' | 'splitName'>): string {
  return `${nameOfData({ name: dataName, synthetic })}, ${splitName} split`
}
