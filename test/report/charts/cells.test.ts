import { describe, expect, it } from 'vitest'
import { attentionMaps } from '../../../src/report/charts/cells/attention-maps.js'
import { coarsened } from '../../../src/report/charts/cells/coarsen.js'
import { confusionHeatmap } from '../../../src/report/charts/cells/confusion-heatmap.js'
import { maskHeatmap } from '../../../src/report/charts/cells/mask-heatmap.js'
import { attention, marksOf, textsOf } from '../../support/report/charts.js'

const classes = ['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++']
const features = ['AU01 <brow>', 'AU12', 'AU12']
const values = features.map((_, row) =>
  classes.map((_, column) => 0.36 + 0.04 * row + 0.03 * column),
)

describe('the heatmap of masks', () => {
  it('has a cell a value, names on both sides, and a legend', () => {
    const svg = maskHeatmap({
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

  it('puts small values in dark and large ones in light colours', () => {
    const svg = maskHeatmap({ title: 'Masks', features, classes, values })
    const fills = marksOf(svg, 'rect').map((cell) => /fill="([^"]+)"/.exec(cell)?.[1])
    expect(fills[0]).toBe('#440154')
    expect(fills.at(-1)).toBe('#fde725')
  })

  it('leaves gaps, keeps to a domain, and is the same each time', () => {
    const gap = values.map((row, index) => (index === 0 ? [Number.NaN, ...row.slice(1)] : row))
    const map = { title: 'Masks', features, classes, values: gap, domain: [0, 1] as const }
    const svg = maskHeatmap(map)
    expect(marksOf(svg, 'rect').length).toBe(20)
    expect(marksOf(svg, 'rect').join()).not.toContain('#fde725')
    expect(maskHeatmap(map)).toBe(svg)
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

  it('also draws confusions, in shares of each true class', () => {
    const counts = [
      [3, 1],
      [0, 0],
    ]
    const svg = confusionHeatmap({ title: 'Confusions', classes: ['sad', 'happy'], counts })
    expect(marksOf(svg, 'rect').length).toBe(2)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['75%', '25%', 'True', 'Predicted']))
  })
})

describe('masks of very many features', () => {
  it('lie side by side, a row a class', () => {
    const width = 300
    const svg = maskHeatmap({
      title: 'Masks',
      features: Array.from({ length: width }, (_, feature) => String(feature + 1)),
      classes: ['neg', 'neu\nno sample', 'pos'],
      values: Array.from({ length: width }, (_, feature) => [feature / 300, Number.NaN, 0.5]),
    })
    expect(marksOf(svg, 'rect').length).toBe(600)
    const texts = textsOf(svg)
    expect(texts).toEqual(expect.arrayContaining(['neu, no sample', '1', '25', '300']))
    expect(texts).not.toContain('26')
    const [, wide, high] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
    expect(Number(wide)).toBeGreaterThan(Number(high))
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

  it('have several steps a cell, whose rows add up to what they did', () => {
    const map = coarsened(uniform(130, 500))
    expect(map.title).toBe('audio attends to itself (3 x 8 steps per cell)')
    expect([map.queries.length, map.keys.length]).toEqual([44, 63])
    expect([map.queries[0], map.queries.at(-1), map.keys.at(-1)]).toEqual([
      '1 to 3',
      '130',
      '497 to 500',
    ])
    for (const row of map.weights) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 10)
    const svg = attentionMaps({ title: 'Sample', maps: [uniform(130, 500)] })
    expect(marksOf(svg, 'rect').length).toBe(44 * 63)
  })

  it('stay as they are where they are short, even with a single query', () => {
    expect(coarsened(uniform(1, 64))).toEqual(uniform(1, 64))
    const svg = attentionMaps({ title: 'Sample', maps: [uniform(1, 7)] })
    expect(marksOf(svg, 'rect').length).toBe(7)
  })
})

describe('attention maps', () => {
  it('have a cell a pair of steps, each with its own labels', () => {
    const cross = { ...attention, title: 'text attends to audio', keys: ['1', '2'] }
    const svg = attentionMaps({ title: 'Sample', maps: [attention, cross] })
    expect(marksOf(svg, 'rect').length).toBe(8)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['so', '1', '2', 'Attention']))
    expect(svg).toContain('so to good: 0.75')
  })

  it('must fit their labels', () => {
    const draw = (map: object) => () =>
      attentionMaps({ title: 'Sample', maps: [{ ...attention, ...map }] })
    expect(draw({ keys: ['so'] })).toThrowError(/Sample, text attends to itself.*2 x 1/)
    expect(draw({ queries: [], weights: [] })).toThrowError(/does not match its labels/)
    expect(() => attentionMaps({ title: 'Sample', maps: [] })).toThrowError(/no attention map/)
  })
})
