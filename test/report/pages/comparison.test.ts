import { describe, expect, it } from 'vitest'
import { compareGroups } from '../../../src/metrics/index.js'
import type { ComparedGroup } from '../../../src/report/pages/comparison/content.js'
import { comparisonPage } from '../../../src/report/pages/comparison/page.js'
import { textsOf } from '../../support/report/charts.js'
import { rowsOf } from '../../support/report/pages.js'

function group(name: string, errors: readonly number[], reported?: number): ComparedGroup {
  return {
    name,
    runs: errors.map((mae, place) => ({
      seed: place + 1,
      metrics: { mae, correlation: 1 - mae, 'f1.happy': 0.5 + mae },
      epochs: [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch, validLoss: 2 / epoch })),
      predictions: [0, 1, 1, 0],
      truths: [0, 1, 0, 1],
    })),
    ...(reported !== undefined && { reported: { mae: reported } }),
  }
}

const comparison = {
  title: 'Models',
  dataName: 'demo',
  synthetic: true,
  groups: [group('ours <a>', [0.5, 0.6], 0.585), group('theirs', [0.7, 0.8])],
  metricsShown: ['mae', 'correlation', 'f1.happy'],
  facts: [['Date', '2026-01-01']],
} as const

describe('the page that compares', () => {
  it('gives mean and deviation of every group, the best marked, beside what is reported', async () => {
    const { html } = await comparisonPage(comparison)
    const rows = rowsOf(html)
    expect(rows[0]).toEqual(['Model', 'Runs', 'MAE', 'Corr', 'F1 of happy'])
    const [mae, correlation] = ['0.550 ± 0.071', '0.450 ± 0.071']
    const best = [`<strong>${mae}</strong>`, `<strong>${correlation}</strong>`]
    expect(rows[1]).toEqual(['ours &lt;a&gt;', '2', ...best, '1.050 ± 0.071'])
    expect(rows[2]).toEqual(['ours &lt;a&gt;, as reported', '', '0.585', '', ''])
    expect(rows[3]?.slice(0, 3)).toEqual(['theirs', '2', '0.750 ± 0.071'])
    expect(rows[3]?.[4]).toBe('<strong>1.250 ± 0.071</strong>')
    // Of each class, with the mean over classes.
    expect(rows[4]).toEqual(['Model', 'happy', 'Average'])
    expect(rows.length).toBe(7)
  })

  it('says that data is synthetic, on every figure too', async () => {
    const { html, figures } = await comparisonPage(comparison)
    expect(html).toMatch(/<aside role="note"><p>The data set &quot;demo&quot; is synthetic/)
    for (const [name, svg] of figures) expect(svg, name).toMatch(/[Ss]ynthetic data/)
    expect(html).toContain('<dd>1, 2</dd>')
    expect(html).toContain('<dd>2026-01-01</dd>')
    const real = await comparisonPage({ ...comparison, synthetic: false })
    expect(real.html).not.toMatch(/synthetic/i)
  })

  it('draws bars, curves and predictions under names for files', async () => {
    const { figures } = await comparisonPage(comparison)
    expect([...figures.keys()]).toEqual([
      'bars-mae',
      'bars-correlation',
      'classes-f1',
      'curves-validation',
      'curves-training',
      'predictions-ours-a',
      'predictions-theirs',
    ])
    expect(textsOf(figures.get('bars-mae'))).toContain('MAE (lower is better)')
    expect(textsOf(figures.get('predictions-theirs'))).toContain(
      'all 2 runs pooled · synthetic data',
    )
  })

  it('says which differences hold, with stars on the results too', async () => {
    const groups = [
      group('ours', [0.5, 0.61, 0.55, 0.58, 0.52]),
      group('theirs', [0.7, 0.8, 0.75, 0.79, 0.73]),
    ]
    const compared = compareGroups(groups, { metric: 'mae', better: 'lower' })
    const content = { ...comparison, groups, comparisons: [compared] }
    const { html, figures } = await comparisonPage(content)
    const rows = rowsOf(html)
    expect(rows[2]?.[2]).toBe('0.754 ± 0.042<sup>***</sup>')
    expect(html).toContain('Stars: * p &lt; .05')
    const header = ['Group', 'Runs', 'MAE', 'Difference', 'p', 'p (Holm)', 'Cohen&#39;s d_z']
    expect(rows).toContainEqual(header)
    expect(rows).toContainEqual([
      ...['theirs', '5', '0.754 ± 0.042', '+0.202<sup>***</sup>', '&lt; .001', '&lt; .001'],
      expect.stringMatching(/^\+\d+\.\d\d$/),
    ])
    expect(html).toContain(
      'MAE of each group against ours, on demo (synthetic), test split. Student&#39;s paired t-test',
    )
    expect([...figures.keys()]).toContain('boxes-mae')
    expect(html).not.toContain('Folds share')
  })

  it('says so where runs are of folds', async () => {
    const groups = comparison.groups.map((one) => ({
      ...one,
      runs: one.runs.map((run, fold) => ({ ...run, seed: 0, fold })),
    }))
    const comparisons = [compareGroups(groups, { metric: 'mae', better: 'lower' })]
    const { html } = await comparisonPage({ ...comparison, groups, comparisons })
    expect(html).toContain('Mean ± standard deviation over seeds and folds.')
    expect(html).toContain('<dt>Folds/seeds</dt><dd>0/0, 1/0</dd>')
    expect(html).toContain('Folds share most of their training data')
  })

  it('draws confusions where predictions are classes', async () => {
    const { figures } = await comparisonPage({ ...comparison, classNames: ['down', 'up'] })
    const texts = textsOf(figures.get('confusion-theirs'))
    expect(texts).toEqual(expect.arrayContaining(['down', 'up', '50%']))
  })

  it('puts training and validation of one group into one figure', async () => {
    const [only] = comparison.groups
    const { html, figures } = await comparisonPage({ ...comparison, groups: [only] })
    expect(textsOf(figures.get('curves'))).toEqual(
      expect.arrayContaining(['training', 'validation']),
    )
    expect(html).not.toContain('<strong>')
  })

  it('splits many metrics over tables and many groups over figures', async () => {
    const metrics = { a: 1, b: 2, c: 3, d: 4, e: 5 }
    const groups = Array.from({ length: 7 }, (_, place) => ({
      name: `model ${place}`,
      runs: [{ seed: place, metrics, epochs: [{ epoch: 1, trainLoss: 1, validLoss: 1 }] }],
    }))
    const page = await comparisonPage({
      ...comparison,
      groups,
      metricsShown: Object.keys(metrics),
      metricsDrawn: [],
    })
    expect(page.html).toContain('Table 2. Further metrics')
    expect([...page.figures.keys()]).toEqual([
      'curves-validation',
      'curves-validation-2',
      'curves-training',
      'curves-training-2',
    ])
    expect(page.html).toContain('<dt>Seeds of model 6</dt><dd>6</dd>')
  })

  it('refuses what cannot be compared', async () => {
    const refused = (changes: object) => comparisonPage({ ...comparison, ...changes })
    await expect(refused({ groups: [] })).rejects.toThrowError(/nothing to compare/)
    await expect(refused({ groups: [{ name: 'x', runs: [] }] })).rejects.toThrowError(/^x: /)
    await expect(refused({ metricsShown: ['auc'] })).rejects.toThrowError(
      /ours <a>, seed 1: a run lacks the metric "auc"/,
    )
  })
})
