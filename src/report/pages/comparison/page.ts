/** The page that compares groups of runs. */

import { LimbicError } from '../../../base/errors.js'
import { nameOfData } from '../../../data/name.js'
import type { Block, Section } from '../../html/report.js'
import { type Page, PageFigures, syntheticNotice } from '../page.js'
import { classBlocks } from './classes.js'
import { type ComparisonContent, hasFolds, whatOf } from './content.js'
import { curveBlocks } from './curves.js'
import { predictionBlocks } from './predictions.js'
import { resultBlocks } from './results.js'
import { significanceBlocks } from './significance.js'

/**
 * A page that compares groups of runs on one data set: figures as mean and deviation over seeds and
 * folds, how far their differences can be trusted, bars and boxes, figures of each class, learning
 * curves, predictions against truths, and the facts behind them.
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
    { title: 'Significance of the differences', blocks: significanceBlocks(content) },
    { title: 'Results by class', blocks: await classBlocks(content, figures) },
    { title: 'Training curves', blocks: await curveBlocks(content, figures) },
    { title: 'Predictions', blocks: await predictionBlocks(content, figures) },
    { title: 'Facts', blocks: [facts(content)] },
  ]
  return figures.page({
    title: content.title,
    subtitle: `On the ${splitName} split of ${nameOfData({ name: dataName, synthetic })}`,
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
      throw new LimbicError(`a run lacks the metric "${missing}"`, {
        where: `${name}, seed ${seed}`,
        got: Object.keys(metrics).join(', '),
        hint: 'Compare runs of the same task, or show other metrics',
      })
    }
  }
}

function facts(content: ComparisonContent): Block {
  const { groups } = content
  const folds = hasFolds(groups)
  const seeds = groups.map(({ runs }) =>
    runs.map(({ seed, fold }) => (folds ? `${fold ?? '-'}/${seed}` : seed)).join(', '),
  )
  const same = seeds.every((one) => one === seeds[0])
  const title = folds ? 'Folds/seeds' : 'Seeds'
  return {
    kind: 'facts',
    facts: [
      ['Data', whatOf(content)],
      ...(same
        ? [[title, seeds[0] ?? ''] as const]
        : groups.map(({ name }, index) => [`${title} of ${name}`, seeds[index] ?? ''] as const)),
      ...(content.facts ?? []),
    ],
  }
}
