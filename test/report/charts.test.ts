import { describe, expect, it } from 'vitest'
import { attentionMaps } from '../../src/report/charts/attention-maps.js'
import { coarsened } from '../../src/report/charts/coarsen.js'
import {
  comparisonBars,
  confusionHeatmap,
  learningCurves,
  maskHeatmap,
  predictionScatter,
} from '../../src/report/index.js'

const classes = ['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++']
const features = ['AU01 <brow>', 'AU12', 'AU12']
const values = features.map((_, row) =>
  classes.map((_, column) => 0.36 + 0.04 * row + 0.03 * column),
)

/** The texts that a reader sees, in order. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(text|tspan)[^>]*>([^<]+)<\/\1>/g)].map(([, , text]) => text ?? '')
}

/** The marks of one kind: their paths' attributes. */
function marksOf(svg: string, role: string): string[] {
  const groups = svg.matchAll(
    new RegExp(`<g class="mark-${role} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs'),
  )
  return [...groups].flatMap(([, inside = '']) => inside.match(/<path [^>]*>/g) ?? [])
}

/** How many corners a path has. */
function cornersOf(path: string | undefined): number {
  return /\sd="([^"]*)"/.exec(path ?? '')?.[1]?.match(/[ML]/g)?.length ?? 0
}

describe('the heatmap of masks', () => {
  it('has a cell a value, names on both sides, and a legend', async () => {
    const svg = await maskHeatmap({
      title: 'Masks',
      subtitle: 'synthetic',
      features,
      classes,
      values,
    })
    const texts = textsOf(svg)
    expect(marksOf(svg, 'rect').length).toBe(21)
    for (const text of [
      ...classes,
      'AU01 &lt;brow&gt;',
      'Masks',
      'synthetic',
      'Mean mask',
      '0.36',
    ]) {
      expect(texts).toContain(text)
    }
    expect(svg).toContain('aria-label="AU12, pos++"')
    expect(texts.filter((text) => text === 'AU12').length).toBe(2)
    expect(svg).toContain('linearGradient')
    expect(svg).not.toContain('<brow>')
  })

  it('puts small values in dark and large ones in light colours', async () => {
    const svg = await maskHeatmap({ title: 'Masks', features, classes, values })
    const fills = marksOf(svg, 'rect').map((path) => /fill="([^"]+)"/.exec(path)?.[1])
    expect(fills[0]).toBe('rgb(68, 1, 84)')
    expect(fills.at(-1)).toBe('rgb(253, 231, 37)')
  })

  it('leaves gaps, keeps to a domain, and is the same each time', async () => {
    const gap = values.map((row, index) => (index === 0 ? [Number.NaN, ...row.slice(1)] : row))
    const map = { title: 'Masks', features, classes, values: gap, domain: [0, 1] as const }
    const svg = await maskHeatmap(map)
    expect(marksOf(svg, 'rect').length).toBe(20)
    expect(marksOf(svg, 'rect').join()).not.toContain('rgb(253, 231, 37)')
    expect(await maskHeatmap(map)).toBe(svg)
  })

  it('refuses values that do not fit', () => {
    const map = { title: 'Masks', features, classes, values }
    expect(() => maskHeatmap({ ...map, values: values.slice(1) })).toThrowError(/expected 3 rows/)
    expect(() => maskHeatmap({ ...map, classes: ['one'] })).toThrowError(
      /row 0 has the wrong number of columns/,
    )
    expect(() => maskHeatmap({ ...map, features: [], values: [] })).toThrowError(/nothing to draw/)
    const blank = values.map((row) => row.map(() => Number.NaN))
    expect(() => maskHeatmap({ ...map, values: blank })).toThrowError(/nothing to draw/)
  })

  it('also draws confusions, in shares of each true class', async () => {
    const counts = [
      [3, 1],
      [0, 0],
    ]
    const svg = await confusionHeatmap({ title: 'Confusions', classes: ['sad', 'happy'], counts })
    expect(marksOf(svg, 'rect').length).toBe(2)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['75%', '25%', 'True', 'Predicted']))
  })
})

describe('attention maps of long sequences', () => {
  const labels = (count: number) => Array.from({ length: count }, (_, step) => String(step + 1))
  const uniform = (queries: number, keys: number) => ({
    title: 'audio attends to itself',
    queries: labels(queries),
    keys: labels(keys),
    weights: labels(queries).map(() => labels(keys).map(() => 1 / keys)),
  })

  it('have several steps a cell, whose rows add up to what they did', async () => {
    const map = coarsened(uniform(130, 500))
    expect(map.title).toBe('audio attends to itself (3 x 8 steps per cell)')
    expect([map.queries.length, map.keys.length]).toEqual([44, 63])
    expect([map.queries[0], map.queries.at(-1), map.keys.at(-1)]).toEqual([
      '1 to 3',
      '130',
      '497 to 500',
    ])
    for (const row of map.weights) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 10)
    const svg = await attentionMaps({ title: 'Sample', maps: [uniform(130, 500)] })
    expect(marksOf(svg, 'rect').length).toBe(44 * 63)
  })

  it('stay as they are where they are short, even with a single query', async () => {
    expect(coarsened(uniform(1, 64))).toEqual(uniform(1, 64))
    const svg = await attentionMaps({ title: 'Sample', maps: [uniform(1, 7)] })
    expect(marksOf(svg, 'rect').length).toBe(7)
  })
})

describe('learning curves', () => {
  it('have a line and a band a series', async () => {
    const runs = [
      [0.9, 0.7, 0.6],
      [0.8, 0.6, 0.5, 0.4],
    ]
    const svg = await learningCurves({
      title: 'Loss',
      figure: 'L1 loss',
      series: [
        { name: 'MMLatch', runs },
        { name: 'MulT', runs: [[1, 0.9, Number.NaN]] },
      ],
    })
    expect(marksOf(svg, 'line').length).toBe(2)
    // A single run has no spread to show.
    expect(marksOf(svg, 'area').length).toBe(1)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['MMLatch', 'MulT', 'Epoch', 'L1 loss']))
    expect(cornersOf(marksOf(svg, 'line')[0])).toBe(4)
    expect(cornersOf(marksOf(svg, 'area')[0])).toBe(6)
  })

  it('need an epoch', () => {
    const series = [{ name: 'a', runs: [[], [Number.NaN]] }]
    expect(() => learningCurves({ title: 'Loss', figure: 'L1', series })).toThrowError(/no epoch/)
  })
})

describe('bars', () => {
  it('have means, whiskers, runs and reported figures', async () => {
    const svg = await comparisonBars({
      title: 'Accuracy',
      figure: 'Acc-7',
      models: [
        { name: 'MMLatch', values: [0.5, 0.52], reported: 0.521 },
        { name: 'MulT', values: [0.48] },
      ],
    })
    expect(marksOf(svg, 'rect').length).toBeGreaterThanOrEqual(2)
    const symbols = marksOf(svg, 'symbol')
    expect(symbols.length).toBe(4)
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['MMLatch', 'MulT', '0.510 ± 0.014', '0.480', 'Acc-7']),
    )
    expect(textsOf(svg).join()).toContain('Diamond: published figure')
  })

  it('need figures', () => {
    const chart = (found: number[]) => () =>
      comparisonBars({ title: 'Accuracy', figure: 'Acc', models: [{ name: 'm', values: found }] })
    expect(chart([])).toThrowError(/Accuracy, m: no figure/)
    expect(chart([Number.NaN])).toThrowError(/at least one finite number/)
    expect(() => comparisonBars({ title: 'A', figure: 'Acc', models: [] })).toThrowError(/nothing/)
  })
})

describe('the scatter of predictions', () => {
  it('has a point a sample and the line of equality', async () => {
    const svg = await predictionScatter({
      title: 'Predictions',
      truths: [-3, 0, 3],
      predictions: Float32Array.of(-2, 0.5, 5),
    })
    expect(marksOf(svg, 'symbol').length).toBe(3)
    expect(marksOf(svg, 'line').length).toBe(1)
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['True sentiment', 'Predicted sentiment', '6', '−6']),
    )
  })

  it('counts in squares where points would hide one another', async () => {
    const truths = Array.from({ length: 2000 }, (_, index) => (index % 4) / 3)
    const svg = await predictionScatter({ title: 'Predictions', truths, predictions: truths })
    expect(marksOf(svg, 'symbol').length).toBe(0)
    expect(marksOf(svg, 'rect').length).toBe(4)
    expect(textsOf(svg)).toContain('Samples')
  })

  it('needs pairs', () => {
    const chart = { title: 'Predictions', truths: [1], predictions: [1, 2] }
    expect(() => predictionScatter(chart)).toThrowError(/expected 1 predictions/)
  })
})
