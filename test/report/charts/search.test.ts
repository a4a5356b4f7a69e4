import { expect, test } from 'vitest'
import { importanceBars } from '../../../src/report/charts/runs/importance-bars.js'
import { parallelCoordinates } from '../../../src/report/charts/runs/parallel-coordinates.js'
import { checkSvg } from '../../../src/report/html/svg.js'
import { textsOf } from '../../support/report/charts.js'

const numbers = (title: string, low: number, high: number, log = false) =>
  ({ kind: 'numbers', title, domain: [low, high], log }) as const
/** The points of each line, in the order of drawing. */
const linesOf = (svg: string) =>
  [...svg.matchAll(/<path d="M([^"]+)"[^>]*aria-label="([^"]+)"/g)].map(
    ([, d = '', words = '']) => ({
      words,
      points: d.split('L').map((point) => point.split(',').map(Number)),
    }),
  )

test('parallel coordinates put each value on its axis, the best trial last', () => {
  const svg = parallelCoordinates(
    'Trials',
    [
      numbers('training.rate', 1e-4, 1e-2, true),
      numbers('a.b', 0, 10),
      { kind: 'names', title: 'a.c', names: ['x', 'y'] },
    ],
    [
      { name: 'best', values: [1e-3, 10, 'x'], loss: 0.5 },
      { name: 'worst', values: [1e-2, 0, 'y'], loss: 1 },
      { name: 'middle', values: [1e-4, 5, 'y'], loss: 0.75 },
    ],
  )
  checkSvg(svg, 'the chart')
  const lines = linesOf(svg)
  expect(lines.map(({ words }) => words.split(':')[0])).toEqual(['worst', 'middle', 'best'])
  const heights = lines.map(({ points }) => points.map(([, y]) => y))
  // The top of 260 pixels is the highest value; names share an axis evenly.
  expect(heights).toEqual([
    [0, 260, 65, 0],
    [260, 130, 65, 130],
    [130, 0, 195, 260],
  ])
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining(['rate', 'b', 'c', 'x', 'y', 'Validation loss']),
  )
  expect(lines[2]?.words).toBe('best: training.rate 0.001, a.b 10, a.c x, Validation loss 0.5')
})

test('parallel coordinates of equal losses and hostile names are a chart, too', () => {
  const same = ['<b>', '"&'].map((name) => ({ name, values: [1], loss: 2 }))
  const svg = parallelCoordinates('<i>', [numbers('a', 0, 1)], same)
  checkSvg(svg, 'the chart')
  expect(linesOf(svg).map(({ points }) => points[1]?.[1])).toEqual([130, 130])
})

test('importance is shown from the most important, as long as its share', () => {
  const svg = importanceBars('Importance', { small: 0.25, large: 1, none: 0 })
  checkSvg(svg, 'the chart')
  const widths = [...svg.matchAll(/aria-label="(\w+): [^"]*"[^>]*width="([\d.]+)"/g)]
  expect(widths.map(([, name, width]) => [name, Number(width)])).toEqual([
    ['large', 320],
    ['small', 80],
    ['none', 1],
  ])
})
