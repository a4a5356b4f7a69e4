/** What other rooms and library users import from the reports. */

export { escapeHtml } from '../base/text/html.js'
export { type AttentionChartMap, attentionMaps } from './charts/attention-maps.js'
export { boxPlots } from './charts/box-plots.js'
export { type ClassBarGroup, classBars } from './charts/class-bars.js'
export { comparisonBars } from './charts/comparison-bars.js'
export { confusionHeatmap } from './charts/confusion-heatmap.js'
export { type Heatmap, heatmap } from './charts/heatmap.js'
export { type ChartLane, laneChart } from './charts/lanes.js'
export { type CurveSeries, learningCurves } from './charts/learning-curves.js'
export { type MaskHeatmap, maskHeatmap } from './charts/mask-heatmap.js'
export { predictionScatter } from './charts/prediction-scatter.js'
export { renderChart } from './charts/render.js'
export type { RunsRow } from './charts/rows-of-runs.js'
export { waterfall } from './charts/waterfall.js'
export { type Block, htmlReport, type Report, type Section } from './html/report.js'
export type { ComparedGroup, ComparedRun, ComparisonContent } from './pages/comparison/content.js'
export { comparisonPage } from './pages/comparison/page.js'
export type { ExplainContent } from './pages/explanation/content.js'
export { explainPage } from './pages/explanation/page.js'
export type { Page } from './pages/page.js'
export { type ClassFigures, classTable } from './tables/classes.js'
export { renderTable, type TableFormat, tableFormats } from './tables/render.js'
export { type ReproducedCell, reproductionTable } from './tables/reproduction.js'
export { significanceTable } from './tables/significance.js'
export {
  type Cell,
  type Column,
  type Content,
  type DecoratedCell,
  markBest,
  type Table,
} from './tables/table.js'
export {
  type ContributionFacts,
  contributionMethod,
  renderContributions,
} from './text/contributions.js'
export { renderLanes } from './text/lanes.js'
