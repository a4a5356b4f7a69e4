/** The parts of the reports that other folders and library users import. */

export { escapeHtml } from '../base/text/html.js'
export { type AttentionChartMap, attentionMaps } from './charts/cells/attention-maps.js'
export { confusionHeatmap } from './charts/cells/confusion-heatmap.js'
export { type Heatmap, heatmap } from './charts/cells/heatmap.js'
export { type MaskHeatmap, maskHeatmap } from './charts/cells/mask-heatmap.js'
export { boxPlots } from './charts/runs/box-plots.js'
export { type ClassBarGroup, classBars } from './charts/runs/class-bars.js'
export { comparisonBars } from './charts/runs/comparison-bars.js'
export { type CurveSeries, learningCurves } from './charts/runs/learning-curves.js'
export { predictionScatter } from './charts/runs/prediction-scatter.js'
export type { RunsRow } from './charts/runs/rows-of-runs.js'
export { type ChartLane, laneChart } from './charts/samples/lanes.js'
export { waterfall } from './charts/samples/waterfall.js'
export { renderChart } from './charts/vega/render.js'
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
