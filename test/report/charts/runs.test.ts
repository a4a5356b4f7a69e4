import { describe, expect, it } from 'vitest'
import { calibration } from '../../../src/metrics/calibration.js'
import { boxPlots } from '../../../src/report/charts/runs/box-plots.js'
import { classBars } from '../../../src/report/charts/runs/class-bars.js'
import { comparisonBars } from '../../../src/report/charts/runs/comparison-bars.js'
import { learningCurves } from '../../../src/report/charts/runs/learning-curves.js'
import { predictionScatter } from '../../../src/report/charts/runs/prediction-scatter.js'
import { reliabilityChart } from '../../../src/report/charts/runs/reliability.js'
import { marksOf, textsOf } from '../../support/report/charts.js'

/** How many corners a path has. */
function cornersOf(path: string | undefined): number {
  return /\sd="([^"]*)"/.exec(path ?? '')?.[1]?.match(/[ML]/g)?.length ?? 0
}

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

  it('of one epoch are a point, also beside longer ones', async () => {
    const series = [
      { name: 'short', runs: [[0.9]] },
      { name: 'long', runs: [[1, 0.8]] },
    ]
    const svg = await learningCurves({ title: 'Loss', figure: 'Loss', series })
    expect(marksOf(svg, 'symbol').length).toBe(1)
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

describe('box plots', () => {
  const groups = [
    { name: 'MulT', values: [0.8, 0.82, 0.79, 0.85], reported: 0.84 },
    { name: 'MulT', values: [0.7] },
  ]

  it('have a box, a median and its dots a group, and names that may be the same', async () => {
    const svg = await boxPlots({ title: 'Accuracy', figure: 'Accuracy', groups })
    // A median is a thin rectangle, too.
    expect(marksOf(svg, 'rect').length).toBe(2 + 2)
    expect(marksOf(svg, 'symbol').length).toBe(5 + 1)
    expect(textsOf(svg).filter((text) => text === 'MulT').length).toBe(2)
    expect(svg).toContain('aria-label="MulT: median 0.8100, 4 runs"')
    expect(textsOf(svg)).toContain('Diamond: published figure')
  })

  it('put the box where the quartiles are', async () => {
    const svg = await boxPlots({
      title: 'T',
      figure: 'F',
      groups: [{ name: 'a', values: [0, 1, 2, 3, 100] }],
    })
    // NumPy: quartiles 1 and 3 of 0 .. 100, on an axis of 460 pixels.
    const [, left, , wide] =
      /d="M([\d.]+),([\d.]+)h([\d.]+)/.exec(marksOf(svg, 'rect')[0] ?? '') ?? []
    expect(Number(left)).toBeCloseTo(4.6, 6)
    expect(Number(wide)).toBeCloseTo(9.2, 6)
  })

  it('refuse what cannot be drawn', () => {
    const draw = (values: readonly number[]) => () =>
      boxPlots({ title: 'T', figure: 'F', groups: [{ name: 'a', values }] })
    expect(draw([])).toThrowError(/T, a: no figure to draw/)
    expect(draw([Number.NaN])).toThrowError(/finite/)
    expect(() => boxPlots({ title: 'T', figure: 'F', groups: [] })).toThrowError(/nothing to draw/)
  })
})

describe('bars of classes', () => {
  const classes = ['happy', 'sad']
  const chart = { title: 'F1', figure: 'F1', classes }

  it('have a bar a class and group, side by side, and none where there is no figure', async () => {
    const svg = await classBars({
      ...chart,
      groups: [
        {
          name: 'one',
          values: [
            [0.5, 0.7],
            [0.2, 0.4],
          ],
        },
        { name: 'other', values: [[0.5], [Number.NaN]] },
      ],
    })
    expect(marksOf(svg, 'rect').length).toBe(3)
    expect(marksOf(svg, 'rule').length).toBe(2)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['happy', 'sad', 'one', 'other', 'F1']))
    expect(svg).toContain('aria-label="happy, one: 0.600"')
    const tops = marksOf(svg, 'rect').map((path) => /d="M[\d.]+,([\d.]+)/.exec(path)?.[1])
    expect(new Set(tops).size).toBe(3)
  })

  it('refuse what does not fit', () => {
    const one = { name: 'one', values: [[0.5], [0.5]] }
    expect(() => classBars({ ...chart, groups: [] })).toThrowError(/2 classes, 0 groups/)
    expect(() => classBars({ ...chart, groups: Array(7).fill(one) })).toThrowError(/1 to 6 groups/)
    expect(() => classBars({ ...chart, groups: [{ name: 'x', values: [[1]] }] })).toThrowError(
      /F1, x: the number of figures differs from the number of classes/,
    )
  })
})

describe('a reliability diagram', () => {
  it('has a bar for each bin with answers, and says the error', () => {
    const found = calibration([0.05, 0.92, 0.96, 0.55], [false, true, false, true])
    const svg = reliabilityChart({ title: 'Calibration', calibration: found })
    expect(svg.match(/role="graphics-symbol"/g)?.length).toBe(3)
    expect(svg).toContain('sure between 90 % and 100 %: 2 answers, 50 % right, sure by 94 %')
    expect(svg).toContain('Expected calibration error 34.5 %, 4 answers')
  })
})
