export {
  describeMetric,
  type MetricDescription,
  type MetricName,
  metricCatalogue,
  splitMetricName,
} from './catalogue.js'
export { checkPairs, type Numbers } from './check.js'
export {
  type ClassificationMetrics,
  classificationMetrics,
  largestClass,
  softmax,
} from './classification.js'
export type { ClassScores, ConfusionCounts } from './confusion.js'
export {
  areaUnderRoc,
  bestThresholds,
  type LabelScores,
  type MultilabelMetrics,
  multilabelMetrics,
  sigmoid,
  thresholdCandidates,
} from './multilabel.js'
export { mean } from './numbers.js'
export {
  type PolarityWeights,
  type SentimentMetrics,
  sentimentClass,
  sentimentClassNames,
  sentimentMetrics,
} from './sentiment.js'
export {
  type ComparedFigure,
  compareGroups,
  type EffectSize,
  type GroupComparison,
  type GroupTest,
  groupTests,
  type MeasuredGroup,
  significanceMark,
} from './significance/compare-groups.js'
export { holm } from './significance/holm.js'
export { pairedTTest, studentTTest, type TTest, welchTTest } from './significance/t-tests.js'
export { type WilcoxonTest, wilcoxonSignedRank } from './significance/wilcoxon.js'
export { formatMeanDeviation, type Summary, summarise } from './summary.js'
