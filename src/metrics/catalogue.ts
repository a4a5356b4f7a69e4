/** Names, labels and directions of all metrics. */

import type { ClassificationMetrics } from './classification.js'
import type { SetScores } from './label-sets.js'
import type { LabelScores } from './multilabel.js'
import type { SentimentMetrics } from './sentiment.js'

/** How a metric is written and read. */
export interface MetricDescription {
  /** A short heading for tables and axes. */
  readonly label: string
  /** What it is, in words. */
  readonly title: string
  readonly better: 'higher' | 'lower'
  /** Whether it is a share from 0 to 1, which can be written in per cent. */
  readonly share: boolean
  /** Digits after the point that are worth printing. */
  readonly digits: number
}

type SingleLabelName = Exclude<keyof ClassificationMetrics, 'perClass' | 'confusion'>
export type MetricName =
  | keyof SentimentMetrics
  | SingleLabelName
  | keyof LabelScores
  | keyof SetScores

/** Every metric that is one number, under its usual name. */
export const metricCatalogue: Readonly<Record<MetricName, MetricDescription>> = {
  mae: { label: 'MAE', title: 'Mean absolute error', better: 'lower', share: false, digits: 3 },
  correlation: { ...higher('Corr', "Pearson's correlation"), share: false },
  accuracy7: higher('Acc-7', 'Accuracy over seven classes of sentiment'),
  accuracy5: higher('Acc-5', 'Accuracy over five classes of sentiment'),
  accuracy3: higher('Acc-3', 'Accuracy over negative, neutral and positive sentiment'),
  accuracy2ZerosPositive: higher('Acc-2 (≥ 0)', 'Accuracy of negative against not negative'),
  f1ZerosPositive: higher('F1 (≥ 0)', 'F1 of negative against not negative, weighted by truths'),
  f1ZerosPositiveByPredictions: higher(
    'F1 by predictions (≥ 0)',
    'F1 of negative against not negative, weighted by predictions as by the published code of MulT',
  ),
  accuracy2ZerosNegative: higher('Acc-2 (> 0)', 'Accuracy of positive against not positive'),
  f1ZerosNegative: higher('F1 (> 0)', 'F1 of positive against not positive, weighted by truths'),
  f1ZerosNegativeByPredictions: higher(
    'F1 by predictions (> 0)',
    'F1 of positive against not positive, weighted by predictions as by the published code of MulT',
  ),
  accuracy2ZerosExcluded: higher('Acc-2 (no zeros)', 'Accuracy of negative against positive'),
  f1ZerosExcluded: higher('F1 (no zeros)', 'F1 of negative against positive, weighted by truths'),
  f1ZerosExcludedByPredictions: higher(
    'F1 by predictions (no zeros)',
    'F1 of negative against positive, weighted by predictions as by the published code of MulT',
  ),
  accuracy: higher('Accuracy', 'Share of right answers (the SelfCross document calls it UWA)'),
  classMeanAccuracy: higher(
    'UAR',
    "Unweighted average recall: the mean of the classes' accuracies (the SelfCross document calls it WA)",
  ),
  weightedPrecision: higher('Weighted precision', 'Precision, classes weighted by their samples'),
  weightedF1: higher('Weighted F1', 'F1, classes weighted by their samples'),
  macroPrecision: higher('Macro precision', 'Precision, all classes alike'),
  macroF1: higher('Macro F1', 'F1, all classes alike'),
  weightedAccuracy: higher(
    'WAcc',
    'Weighted accuracy (Tong et al., 2017): the mean of the accuracies on samples with and without the emotion',
  ),
  precision: higher('Precision', 'Share of right ones among those predicted'),
  recall: higher('Recall', 'Share of found ones among those there'),
  f1: higher('F1', 'Harmonic mean of precision and recall'),
  auc: higher('AUC', 'Area under the ROC curve'),
  strict: higher('Exact set', 'Share of samples with exactly the right emotions'),
  subset: higher('Subset', 'Share of samples whose predicted emotions are all right'),
  intersect: higher('Intersection', 'Share of samples with an emotion in common with the truth'),
  intersectBeforeFalseAlarm: higher(
    'Intersection (published)',
    'Intersection that stops at the first false alarm, as the published evaluation of MESM does',
  ),
  highestScore: higher(
    'Acc of highest',
    'Share of samples whose highest score is of an emotion that they have (Acc6 of the HDA document)',
  ),
}

function higher(label: string, title: string): MetricDescription {
  return { label, title, better: 'higher', share: true, digits: 3 }
}

const known: Readonly<Record<string, MetricDescription>> = metricCatalogue

/** A metric's name, and the class that it is of where it is one class's: `f1.happy`. */
export function splitMetricName(name: string): { readonly metric: string; readonly of?: string } {
  const dot = name.indexOf('.')
  return dot < 0 ? { metric: name } : { metric: name.slice(0, dot), of: name.slice(dot + 1) }
}

/**
 * How a metric is written, from the catalogue: itself, or the one before the dot of a class's own
 * metric such as `f1.happy`. A loss is better where it is lower; undefined of other names.
 */
export function describeMetric(name: string): MetricDescription | undefined {
  if (name === 'loss')
    return { label: 'Loss', title: 'Loss', better: 'lower', share: false, digits: 4 }
  const { metric, of } = splitMetricName(name)
  const own = Object.hasOwn(known, metric) ? known[metric] : undefined
  if (!own || of === undefined) return own
  return { ...own, label: `${own.label} of ${of}`, title: `${own.title}, of ${of}` }
}
