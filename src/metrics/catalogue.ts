import type { ClassificationMetrics } from './classification.js'
import type { LabelScores } from './multilabel.js'
import type { SentimentMetrics } from './sentiment.js'

/** How a metric is written and read. */
export interface MetricDescription {
  /** A short heading for tables and axes. */
  readonly label: string
  readonly better: 'higher' | 'lower'
}

type SingleLabelName = Exclude<keyof ClassificationMetrics, 'perClass' | 'confusion'>
export type MetricName = keyof SentimentMetrics | SingleLabelName | keyof LabelScores

/** Every metric that is one number, under its usual name. */
export const metricCatalogue: Readonly<Record<MetricName, MetricDescription>> = {
  mae: { label: 'MAE', better: 'lower' },
  correlation: { label: 'Corr', better: 'higher' },
  accuracy7: { label: 'Acc-7', better: 'higher' },
  accuracy5: { label: 'Acc-5', better: 'higher' },
  accuracy2ZerosPositive: { label: 'Acc-2 (≥ 0)', better: 'higher' },
  f1ZerosPositive: { label: 'F1 (≥ 0)', better: 'higher' },
  accuracy2ZerosNegative: { label: 'Acc-2 (> 0)', better: 'higher' },
  f1ZerosNegative: { label: 'F1 (> 0)', better: 'higher' },
  accuracy2ZerosExcluded: { label: 'Acc-2 (no zeros)', better: 'higher' },
  f1ZerosExcluded: { label: 'F1 (no zeros)', better: 'higher' },
  accuracy: { label: 'Accuracy', better: 'higher' },
  classMeanAccuracy: { label: 'UAR', better: 'higher' },
  weightedPrecision: { label: 'Weighted precision', better: 'higher' },
  weightedF1: { label: 'Weighted F1', better: 'higher' },
  macroPrecision: { label: 'Macro precision', better: 'higher' },
  macroF1: { label: 'Macro F1', better: 'higher' },
  weightedAccuracy: { label: 'WAcc', better: 'higher' },
  precision: { label: 'Precision', better: 'higher' },
  recall: { label: 'Recall', better: 'higher' },
  f1: { label: 'F1', better: 'higher' },
  auc: { label: 'AUC', better: 'higher' },
}
