/** The page that sets groups of runs side by side. */
import { LimbicError } from '../../errors.js'
import { classificationMetrics, summarise } from '../../metrics/index.js'
import { comparisonBars } from '../charts/comparison-bars.js'
import { confusionHeatmap } from '../charts/confusion-heatmap.js'
import { learningCurves } from '../charts/learning-curves.js'
import { predictionScatter } from '../charts/prediction-scatter.js'
import { seriesColours } from '../charts/theme.js'
import type { Block, Section } from '../html/report.js'
import { type Cell, markBest, type Table } from '../tables/table.js'
import { describeMetric } from './metric.js'
import { type Page, PageFigures, syntheticNotice } from './page.js'

/** One training from one seed. */
export interface ComparedRun {
  readonly seed: number
  /** Figures on the split that is reported, by name. */
  readonly metrics: Readonly<Record<string, number>>
  readonly epochs: readonly {
    readonly epoch: number
    readonly trainLoss: number
    readonly validLoss: number
  }[]
  /** One number a sample: a sentiment, or the index of a class; where there are any. */
  readonly predictions?: ArrayLike<number>
  readonly truths?: ArrayLike<number>
}

/** Runs of one model with one choice of settings. */
export interface ComparedGroup {
  readonly name: string
  readonly runs: readonly ComparedRun[]
  /** What the model's document reports, by metric, on the same scale. */
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
  /** Those of them that get a chart; the first two unless given. */
  readonly metricsDrawn?: readonly string[]
  /** Names of the classes where predictions are classes. */
  readonly classNames?: readonly string[]
  /** What the loss is, such as "L1". */
  readonly lossName?: string
  /** More facts, such as the date and the versions. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly footer?: string
}

/**
 * A page that compares groups of runs on one data set: figures as mean and deviation over seeds,
 * bars, learning curves, predictions against truths, and the facts behind them.
 *
 * @throws LimbicError if there is no group, a group has no runs, or a run lacks a metric
 */
export async function comparisonPage(content: ComparisonContent): Promise<Page> {
  check(content)
  const { dataName, synthetic, splitName = 'test' } = content
  const figures = new PageFigures()
  const sections: Section[] = [
    {
      title: 'Results',
      blocks: [...syntheticNotice(dataName, synthetic), ...(await resultBlocks(content, figures))],
    },
    { title: 'How training went', blocks: await curveBlocks(content, figures) },
    { title: 'Predictions', blocks: await predictionBlocks(content, figures) },
    { title: 'Facts', blocks: [facts(content)] },
  ]
  return figures.page({
    title: content.title,
    subtitle: `On the ${splitName} split of ${dataName}${synthetic ? ' (synthetic data)' : ''}`,
    sections,
    ...(content.footer !== undefined && { footer: content.footer }),
  })
}

function check({ title, groups, metricsShown }: ComparisonContent): void {
  if (groups.length === 0 || metricsShown.length === 0) {
    throw new LimbicError('nothing to compare', {
      where: title,
      expected: 'at least one group of runs and one metric',
      got: `${groups.length} groups, ${metricsShown.length} metrics`,
    })
  }
  for (const { name, runs } of groups) {
    if (runs.length === 0) throw new LimbicError('a group without runs', { where: name })
    for (const { seed, metrics } of runs) {
      const missing = metricsShown.find((metric) => metrics[metric] === undefined)
      if (missing === undefined) continue
      throw new LimbicError(`a run has no figure "${missing}"`, {
        where: `${name}, seed ${seed}`,
        got: Object.keys(metrics).join(', '),
        hint: 'Compare runs of the same task, or show other metrics',
      })
    }
  }
}

const valuesOf = ({ runs }: ComparedGroup, metric: string) =>
  runs.map(({ metrics }) => metrics[metric] as number)

async function resultBlocks(content: ComparisonContent, figures: PageFigures): Promise<Block[]> {
  const { groups, metricsShown, metricsDrawn = metricsShown.slice(0, 2), synthetic } = content
  const blocks: Block[] = chunks(metricsShown, mostMetricColumns).map((shown, part) => ({
    kind: 'table',
    table: resultTable(content, shown, part === 0),
  }))
  for (const metric of metricsDrawn) {
    const { label, better } = describeMetric(metric)
    const drawn = groups.filter((group) => valuesOf(group, metric).every(Number.isFinite))
    if (drawn.length === 0) continue
    const svg = comparisonBars({
      title: label,
      ...(synthetic && { subtitle: 'Synthetic data' }),
      figure: better === undefined ? label : `${label} (${better} is better)`,
      models: drawn.map((group) => {
        const reported = group.reported?.[metric]
        return {
          name: group.name,
          values: valuesOf(group, metric),
          ...(reported !== undefined && { reported }),
        }
      }),
    })
    blocks.push(await figures.add(['bars', metric], svg, `${label} of every group.`))
  }
  return blocks
}

/** More columns than this do not fit the width of a page. */
const mostMetricColumns = 4

function resultTable(
  { groups, synthetic }: ComparisonContent,
  metricsShown: readonly string[],
  first: boolean,
): Table {
  const repeated = groups.some(({ runs }) => runs.length > 1)
  const reports = groups.some(({ reported = {} }) => Object.keys(reported).length > 0)
  const caption = [
    repeated ? 'Mean ± standard deviation over seeds.' : 'One run each.',
    groups.length > 1 ? 'The best of a column is bold.' : '',
    reports ? 'Figures of documents are on their own data.' : '',
    synthetic ? 'Synthetic data.' : '',
  ]
  const own = groups.map((group): Cell[] => [
    group.name,
    group.runs.length,
    ...metricsShown.map((metric) => summarise(valuesOf(group, metric))),
  ])
  const table = {
    caption: first ? caption.filter(Boolean).join(' ') : 'Further metrics of the same runs.',
    columns: [
      { header: 'Model' },
      { header: 'Runs', align: 'right' as const },
      ...metricsShown.map((metric) => ({
        header: describeMetric(metric).label,
        align: 'right' as const,
        digits: 3,
      })),
    ],
    rows: own,
  }
  const marked =
    groups.length < 2
      ? table
      : metricsShown.reduce<Table>((so, metric, column) => {
          const { better } = describeMetric(metric)
          return better ? markBest(so, column + 2, better) : so
        }, table)
  // Figures of documents stand beside ours but do not compete with them.
  const rows = marked.rows.flatMap((row, index) => {
    const { name, reported } = groups[index] as ComparedGroup
    if (!reported || metricsShown.every((metric) => reported[metric] === undefined)) return [row]
    return [
      row,
      [`${name}, as reported`, null, ...metricsShown.map((metric) => reported[metric] ?? null)],
    ]
  })
  return { ...marked, rows }
}

async function curveBlocks(content: ComparisonContent, figures: PageFigures): Promise<Block[]> {
  const { groups, lossName = 'Loss', synthetic } = content
  const trained = groups.filter(({ runs }) => runs.some(({ epochs }) => epochs.length > 0))
  if (trained.length === 0) return []
  const subtitle = synthetic ? { subtitle: 'Synthetic data' } : {}
  const lossesOf = ({ runs }: ComparedGroup, which: 'trainLoss' | 'validLoss') =>
    runs.map(({ epochs }) => epochs.map((epoch) => epoch[which]))
  const [only] = trained
  if (trained.length === 1 && only) {
    const svg = learningCurves({
      title: `Loss of ${only.name}`,
      ...subtitle,
      figure: lossName,
      series: [
        { name: 'training', runs: lossesOf(only, 'trainLoss') },
        { name: 'validation', runs: lossesOf(only, 'validLoss') },
      ],
    })
    return [await figures.add(['curves'], svg, `Loss after each epoch.${bandOf(trained)}`)]
  }
  const blocks: Block[] = []
  const kinds = [
    ['validLoss', 'Validation loss', 'validation'],
    ['trainLoss', 'Training loss', 'training'],
  ] as const
  for (const [which, title, name] of kinds) {
    // With more lines than colours, two would look the same.
    for (const shown of chunks(trained, seriesColours.length)) {
      const svg = learningCurves({
        title,
        ...subtitle,
        figure: lossName,
        series: shown.map((group) => ({ name: group.name, runs: lossesOf(group, which) })),
      })
      const caption = `${title} after each epoch.${bandOf(shown)}`
      blocks.push(await figures.add(['curves', name], svg, caption))
    }
  }
  return blocks
}

function bandOf(groups: readonly ComparedGroup[]): string {
  return groups.some(({ runs }) => runs.length > 1)
    ? ' The line is the mean over seeds, the band one standard deviation to each side; where some runs stopped early, the rest make the line.'
    : ''
}

async function predictionBlocks(
  content: ComparisonContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { groups, classNames, synthetic } = content
  const blocks: Block[] = []
  for (const { name, runs } of groups) {
    const whole = runs.filter(({ predictions, truths }) => predictions && truths)
    if (whole.length === 0) continue
    const predictions = whole.flatMap((run) => Array.from(run.predictions ?? []))
    const truths = whole.flatMap((run) => Array.from(run.truths ?? []))
    const over = whole.length === 1 ? 'one run' : `all ${whole.length} runs together`
    const subtitle = `${over}${synthetic ? ' · synthetic data' : ''}`
    if (classNames) {
      const { confusion } = classificationMetrics(predictions, truths, classNames.length)
      const svg = confusionHeatmap({
        title: name,
        subtitle,
        classes: classNames,
        counts: confusion,
      })
      const caption = `What became of the samples of each true class with ${name}, ${over}.`
      blocks.push(await figures.add(['confusion', name], svg, caption))
    } else {
      const svg = predictionScatter({ title: name, subtitle, predictions, truths })
      const caption = `Predicted against true sentiment with ${name}, ${over}; on the dashed line both are equal.`
      blocks.push(await figures.add(['predictions', name], svg, caption))
    }
  }
  return blocks
}

function facts(content: ComparisonContent): Block {
  const { dataName, synthetic, splitName = 'test', groups } = content
  const seeds = groups.map(({ runs }) => runs.map(({ seed }) => seed).join(', '))
  const same = seeds.every((one) => one === seeds[0])
  return {
    kind: 'facts',
    facts: [
      ['Data', `${dataName}${synthetic ? ' (synthetic)' : ''}, ${splitName} split`],
      ...(same
        ? [['Seeds', seeds[0] ?? ''] as const]
        : groups.map(({ name }, index) => [`Seeds of ${name}`, seeds[index] ?? ''] as const)),
      ...(content.facts ?? []),
    ],
  }
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  )
}
